/** Types of the used part of ml-svm, which has no types of its own. */
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
