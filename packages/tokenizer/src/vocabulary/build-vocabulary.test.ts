import { ArgumentError } from '@geneformer-ts/core';
import { openAnnData } from '@geneformer-ts/io';
import { describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { GeneIdsMissingError, LogNormalizedError, NoCellsError } from '../errors.js';
import { type MemoryMatrix, memorySource, numbers } from '../testing/memory-source.js';
import { ensg } from '../testing/vocabularies.js';
import { buildVocabulary } from './build-vocabulary.js';

/** Returns the counts of a corpus without random numbers. */
function corpus(cells: number, genes: number): MemoryMatrix {
  return {
    genes: Array.from({ length: genes }, (_, gene) => ensg(1000 - gene)),
    counts: Array.from({ length: cells }, (_, cell) =>
      Array.from(
        { length: genes },
        (_, gene) => ((cell * 31 + gene * 17 + cell * gene) % 7) * ((cell + gene) % 3 === 0 ? 0 : 1),
      ),
    ),
  };
}

function exactMedian(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)] + sorted[Math.floor(middle)]) / 2;
}

describe('a vocabulary built from a corpus', () => {
  const matrix = corpus(300, 12);

  test('has one token per gene, sorted by id, and the exact medians of non-zero counts per 10,000', async () => {
    const vocabulary = await buildVocabulary([memorySource(matrix)], { version: 'mine' });
    expect(vocabulary.tokens).toEqual(['<pad>', '<mask>', '<cls>', '<eos>', ...[...matrix.genes].sort()]);
    matrix.genes.forEach((gene, column) => {
      const scaled = matrix.counts
        .filter((row) => row[column] > 0)
        .map((row) => (row[column] / row.reduce((a, b) => a + b)) * 10_000);
      expect(vocabulary.median[vocabulary.idOf.get(gene)!]).toBe(exactMedian(scaled));
    });
  });

  test('is within 0.4 % of the exact medians for genes in many cells', async () => {
    const large = corpus(4000, 5);
    const vocabulary = await buildVocabulary([memorySource(large)], { version: 'mine' });
    large.genes.forEach((gene, column) => {
      const scaled = large.counts
        .filter((row) => row[column] > 0)
        .map((row) => (row[column] / row.reduce((a, b) => a + b)) * 10_000);
      expect(scaled.length).toBeGreaterThan(512);
      expect(Math.abs(vocabulary.median[vocabulary.idOf.get(gene)!] / exactMedian(scaled) - 1)).toBeLessThan(1 / 256);
    });
  });

  test('does not depend on the block size or on how the cells are split among files', async () => {
    const large = corpus(1500, 6);
    const part = (from: number, to: number) => memorySource({ ...large, counts: large.counts.slice(from, to) });
    const whole = await buildVocabulary([part(0, 1500)], { version: 'mine' });
    const cut = await buildVocabulary([part(900, 1500), part(0, 100), part(100, 900)], {
      version: 'mine',
      blockRows: 13,
    });
    expect(cut).toEqual(whole);
  });

  test('sums columns of the same gene, removes versions and excludes spike-ins', async () => {
    const twice: MemoryMatrix = {
      genes: [`${ensg(5)}.2`, ensg(6), ensg(5), 'ERCC-00002'],
      counts: [
        [1, 5, 3, 1],
        [0, 9, 1, 0],
      ],
    };
    const vocabulary = await buildVocabulary([memorySource(twice)], { version: 'mine', specialTokens: false });
    expect(vocabulary.tokens).toEqual(['<pad>', '<mask>', ensg(5), ensg(6)]);
    expect([...vocabulary.median.subarray(2)]).toEqual([2500, 7000]);
  });

  test('contains only genes in at least minCells cells that pass the filter', async () => {
    const source = memorySource({
      genes: [ensg(1), ensg(2), ensg(3)],
      counts: [
        [1, 1, 0],
        [2, 0, 0],
        [0, 0, 8],
      ],
      obs: { filter_pass: numbers(1, 1, 0) },
    });
    const all = await buildVocabulary([source], { version: 'mine' });
    expect(all.tokens.slice(4)).toEqual([ensg(1), ensg(2)]);
    const common = await buildVocabulary([source], { version: 'mine', minCells: 2 });
    expect(common.tokens.slice(4)).toEqual([ensg(1)]);
  });
});

describe('buildVocabulary refuses', () => {
  test.each([
    [{ minCells: NaN }, 'minCells: NaN is not valid'],
    [{ version: undefined as never }, 'version: undefined is not valid'],
    [{ countsFrom: 'rows' as never }, "use 'auto', 'column' or 'computed'"],
    [{ keepGene: (() => Promise.resolve(false)) as never }, 'keepGene: "object" is not valid'],
  ])('the options %p', async (options, message) => {
    const building = buildVocabulary([memorySource(corpus(2, 2))], { version: 'mine', ...options });
    await expect(building).rejects.toThrow(message);
  });

  test.each(['V1', 'V2', ''])('the name %p', async (version) => {
    await expect(buildVocabulary([memorySource(corpus(2, 2))], { version })).rejects.toThrow(ArgumentError);
  });

  test('values that are not counts', async () => {
    const logged = memorySource({ genes: [ensg(1), ensg(2)], counts: [[0.5, 1.5]] });
    await expect(buildVocabulary([logged], { version: 'mine' })).rejects.toThrow(LogNormalizedError);
  });

  test('genes without ids', async () => {
    const unnamed = memorySource({ genes: ['ACTB', 'GAPDH'], counts: [[1, 2]] });
    await expect(buildVocabulary([unnamed], { version: 'mine' })).rejects.toThrow(GeneIdsMissingError);
  });

  test('cells without counts', async () => {
    const empty = memorySource({ genes: [ensg(1)], counts: [[0], [0]] });
    const building = buildVocabulary([empty], { version: 'mine', minCells: 3 });
    await expect(building).rejects.toThrow(NoCellsError);
    await expect(building).rejects.toThrow(/no gene is expressed in 3 of 2 cells; lower minCells/);
  });
});

describe('for a matrix without raw counts', () => {
  // Written by tools/parity/io-columns.py: the layers counts, wide and spliced contain raw counts, the others do not.
  const message = async (name: string, layer: string): Promise<string> => {
    const source = await openAnnData(fileURLToPath(new URL(`../../../io/fixtures/columns/${name}`, import.meta.url)), {
      layer,
    });
    try {
      await buildVocabulary([source], { version: 'mine' });
      return 'no error';
    } catch (cause) {
      return (cause as Error).message;
    } finally {
      await source.close();
    }
  };

  test.each(['X', 'raw', 'scaled'])(
    '%s of an h5ad file, the error names the matrices with raw counts',
    async (layer) => {
      expect(await message('layers.h5ad', layer)).toMatch(
        /; open the raw counts: set the option 'layer' to 'counts' or 'wide'(, or set allowFractional .*)?$/,
      );
    },
  );

  test('of a loom file, the error names them too', async () => {
    expect(await message('layers.loom', 'X')).toMatch(/; open the raw counts: set the option 'layer' to 'spliced', or/);
  });

  test('of a file without raw counts, the error says so', async () => {
    expect(await message('logs.h5ad', 'X')).toMatch(/; the file has no other matrix of raw counts; give a file/);
  });
});
