import { below, randomStream, type DenseMatrix } from '@geneformer-ts/core';

/** Points around `count` far centers, `each` of them, made with additions and divisions only. */
export function clusters(
  count: number,
  each: number,
  cols: number,
  seed = 5,
): DenseMatrix & { data: Float32Array; cluster: Int32Array } {
  const random = randomStream(seed, 0);
  const draw = (bound: number): number => below(random, bound);
  const spread = (): number => (draw(1000) + draw(1000) + draw(1000) + draw(1000) - 2000) / 600;
  const centers = Float64Array.from({ length: count * cols }, () => spread() * 6);
  const rows = count * each;
  const cluster = Int32Array.from({ length: rows }, (_, row) => row % count);
  const data = Float32Array.from(
    { length: rows * cols },
    (_, at) => centers[cluster[Math.floor(at / cols)] * cols + (at % cols)] + spread(),
  );
  return { rows, cols, data, cluster };
}
