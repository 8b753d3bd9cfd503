/** ml-svm ships no types; these are of the part that is used. */
declare module 'ml-svm' {
  export default class SVM {
    constructor(options: {
      C: number;
      tol: number;
      maxIterations: number;
      kernel: 'linear' | 'rbf';
      kernelOptions?: { sigma: number };
      random: () => number;
      whitening: boolean;
    });
    train(features: number[][], labels: number[]): void;
    margin(features: number[][]): number[];
  }
}
