/** The tasks of `fork-join.test.ts`. */
export const tasks = {
  square: ({ squares, offset }: { squares: Float64Array; offset: number }) => {
    return (chunk: number): number => {
      squares[chunk] = (chunk + offset) ** 2;
      return -chunk;
    };
  },
  fail: () => (chunk: number) => {
    if (chunk === 500) throw new RangeError('chunk 500');
  },
};
