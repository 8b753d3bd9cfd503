/** Types of the used part of libsvm-js, which has no types of its own. */
declare module 'libsvm-js' {
  interface Machine {
    train(samples: ArrayLike<number>[], labels: number[]): void;
    serializeModel(): string;
    getSVIndices(): number[];
    free(): void;
  }
  const loaded: Promise<new (options: Record<string, unknown>) => Machine>;
  export default loaded;
}
