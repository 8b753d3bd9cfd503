/** libsvm-js ships no types; these are of the part that is used. */
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
