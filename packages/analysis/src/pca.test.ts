import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { ArgumentError, below, randomStream, toSparse } from '@geneformer-ts/core';
import { PCA } from './pca.js';
import { golden, matrix } from './testing/golden.js';

function expectClose(actual: Iterable<number>, expected: readonly number[], digits: number): void {
  const values = [...actual];
  expect(values).toHaveLength(expected.length);
  values.forEach((value, i) => expect(value).toBeCloseTo(expected[i], digits));
}

describe('PCA', () => {
  const { data, cols, kept, variance, axes, scores } = golden.components;
  const X = matrix(data, cols);

  test('finds scikit-learn’s components, from dense and from sparse features', () => {
    for (const features of [X, toSparse(X)]) {
      const model = new PCA({ nComponents: kept });
      expectClose(model.fitTransform(features).data, scores, 4);
      expectClose(model.explainedVariance, variance, 5);
      expectClose(
        model.components.flatMap((axis) => [...axis]),
        axes,
        5,
      );
    }
  });

  test('finds them where it looks at a quarter of the directions, unless it is hasty', () => {
    const wide = golden.wideComponents;
    const features = matrix(wide.data, wide.cols);
    const model = new PCA({ nComponents: wide.kept }).fit(features);
    expectClose(model.explainedVariance, wide.variance, 5);
    expectClose(
      model.components.flatMap((axis) => [...axis]),
      wide.axes,
      5,
    );
    const hasty = new PCA({ nComponents: wide.kept, nOversamples: 0, iteratedPower: 0 }).fit(features);
    expect(hasty.explainedVariance[4]).toBeLessThan(0.95 * wide.variance[4]);
  });

  test('of features that all lie on a line has one component that varies', () => {
    const line = matrix(
      Array.from({ length: 60 }, (_, i) => Math.floor(i / 3) * ((i % 3) + 1)),
      3,
    );
    const model = new PCA({ nComponents: 3 }).fit(line);
    expect(model.explainedVariance[0]).toBeCloseTo(35 * 14, 6);
    expect(model.explainedVariance[1]).toBeLessThan(1e-9);
    expect(model.transform(line).data.every(Number.isFinite)).toBe(true);
  });

  test('of rows that all coincide has scores of 0', () => {
    const { data: zeros } = new PCA({ nComponents: 2 }).fitTransform(matrix(new Array<number>(20).fill(3), 4));
    expect([...zeros].every((score) => Math.abs(score) < 1e-9)).toBe(true);
  });

  test('has the same bits in every supported version of Node, and for the same seed', () => {
    const random = randomStream(2, 0);
    const draw = (bound: number): number => below(random, bound);
    const [rows, width, classes] = [90, 12, 3];
    const y = Int32Array.from({ length: rows }, (_, row) => row % classes);
    const values = Float32Array.from({ length: rows * width }, (_, i) =>
      draw(3) === 0 ? 0 : draw(50) / 10 + (i % width === y[Math.floor(i / width)] ? 2 : 0),
    );
    const features = { rows, cols: width, data: values };
    const found = new PCA({ nComponents: 3 }).fitTransform(features);
    expect(createHash('sha256').update(new Uint8Array(found.data.buffer)).digest('hex').slice(0, 8)).toBe('25d53d82');
    const scoresOf = (randomState: number) =>
      new PCA({ nComponents: 3, randomState, nOversamples: 0, iteratedPower: 0 }).fitTransform(features).data;
    expect(scoresOf(3)).toEqual(scoresOf(3));
    expect(scoresOf(3)).not.toEqual(scoresOf(4));
  });

  test('says what to do before it is fitted, and about rows that do not fit', () => {
    expect(() => new PCA().transform(X)).toThrow('PCA: components are available only after fit(); call fit(X) first');
    expect(() => new PCA().fit(X).transform(matrix([1, 2], 2))).toThrow(
      `X.cols: got 2, expected ${cols}; give the columns the model was fitted on`,
    );
    expect(() => new PCA().fit(matrix([1, 2], 2))).toThrow('X.rows: 1 is not valid; use at least 2 rows');
    expect(() => new PCA({ nComponents: 0 })).toThrow(ArgumentError);
  });
});
