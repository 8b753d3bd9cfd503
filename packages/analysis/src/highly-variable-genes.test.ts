import { describe, expect, test } from '@jest/globals';
import { toSparse } from '@geneformer-ts/core';
import { highlyVariableGenes } from './highly-variable-genes.js';
import { golden, matrix } from './testing/golden.js';

const { genes, levels, variable } = golden.variableGenes;
const X = toSparse(matrix(levels, genes));

describe('highlyVariableGenes', () => {
  test.each(Object.entries(variable))('chooses the %s genes that scanpy chooses', (n, expected) => {
    expect([...highlyVariableGenes(X, Number(n))]).toEqual(expected);
  });

  test('chooses the same genes of a dense matrix', () => {
    expect(highlyVariableGenes(matrix(levels, genes), 5)).toEqual(highlyVariableGenes(X, 5));
  });

  test('chooses genes never seen last', () => {
    const seen = new Set(X.indices);
    expect(seen.has(7)).toBe(false);
    expect([...highlyVariableGenes(X, seen.size)].every((col) => seen.has(col))).toBe(true);
    expect(highlyVariableGenes(X, 1000)).toHaveLength(genes);
  });

  test('names a number of genes or cells that nothing can be chosen with', () => {
    expect(() => highlyVariableGenes(X, 0)).toThrow('n: 0 is not valid; use a whole number of at least 1');
    expect(() => highlyVariableGenes(toSparse(matrix([1, 2], 2)), 1)).toThrow('X.rows: 1 is not valid');
  });
});
