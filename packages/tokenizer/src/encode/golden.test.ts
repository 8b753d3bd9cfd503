import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { TokenizeOptions } from '../dataset/tokenize-options.js';
import { SourceEncoder } from './source-encoder.js';
import { csrSource } from '../testing/memory-source.js';
import { makeVocabulary, SPECIAL_TOKENS, type Vocabulary } from '../vocabulary/vocabulary.js';

interface Case {
  limit: number;
  cells: ({ input_ids: number[]; counts: number[] } | null)[];
}

/** Written by tools/parity/tokenizer-golden.py. */
interface Golden {
  genes: string[];
  medians: number[];
  mapping: Record<string, string>;
  columns: string[];
  indptr: number[];
  indices: number[];
  data: number[];
  statedTotals: number[];
  plain: Case;
  special: Case;
  stated: Case;
}

const golden = JSON.parse(readFileSync(new URL('../../fixtures/golden.json', import.meta.url), 'utf8')) as Golden;

function vocabularyWith(specials: 2 | 4): Vocabulary {
  return makeVocabulary('golden.json', {
    version: 'golden',
    tokens: [...SPECIAL_TOKENS.slice(0, specials), ...golden.genes],
    median: [...new Array<number>(specials).fill(NaN), ...golden.medians],
    mapping: new Map(Object.entries(golden.mapping)),
  });
}

async function encodeAll(vocabulary: Vocabulary, options: TokenizeOptions, totals?: number[]) {
  const source = csrSource(
    {
      genes: golden.columns,
      ...(totals && { obs: { n_counts: { kind: 'number', values: Float64Array.from(totals) } } }),
    },
    golden,
  );
  const encoder = new SourceEncoder(source, vocabulary, { keepCounts: true, ...options });
  const cells: Case['cells'] = new Array<null>(source.nObs).fill(null);
  for await (const block of encoder.blocks()) {
    block.rowOf.forEach((row, cell) => {
      const [start, end] = [block.offsets[cell], block.offsets[cell + 1]];
      cells[row] = {
        input_ids: Array.from(block.inputIds.subarray(start, end)),
        counts: Array.from(block.counts!.subarray(start, end)),
      };
    });
  }
  return { cells, report: encoder.report() };
}

/** The fixture's counts in single precision, as they are encoded. */
const asWritten = (cells: Case['cells']): Case['cells'] =>
  cells.map((cell) => cell && { ...cell, counts: cell.counts.map(Math.fround) });

describe('rank value encoding equals an independent numpy implementation', () => {
  test('without special tokens, truncated', async () => {
    const { cells } = await encodeAll(vocabularyWith(2), { maxLength: golden.plain.limit });
    expect(cells).toEqual(asWritten(golden.plain.cells));
  });

  test('with special tokens, truncated to fit them', async () => {
    const { cells } = await encodeAll(vocabularyWith(4), { maxLength: golden.special.limit });
    expect(cells).toEqual(asWritten(golden.special.cells));
  });

  test('with totals from the obs column, untruncated', async () => {
    const { cells } = await encodeAll(vocabularyWith(4), { maxLength: golden.stated.limit }, golden.statedTotals);
    expect(cells).toEqual(asWritten(golden.stated.cells));
  });

  test('for any block size', async () => {
    const { cells } = await encodeAll(vocabularyWith(4), { maxLength: golden.special.limit, blockRows: 7 });
    expect(cells).toEqual(asWritten(golden.special.cells));
  });

  test('and the report matches the fixture', async () => {
    const { report } = await encodeAll(vocabularyWith(4), { maxLength: 16 }, golden.statedTotals);
    expect(report.genes).toEqual({
      total: 51,
      known: 49,
      versioned: 7,
      prefixed: 0,
      yCopies: 0,
      mapped: 1,
      symbols: 0,
      refusedSymbols: 0,
      duplicates: 9,
      blank: 1,
    });
    expect(report.cells).toMatchObject({ total: 40, filtered: 0, empty: 2, written: 38 });
    expect(report.firstEmpty).toEqual(['cell7', 'cell8']);
    expect(report.firstUnknown).toEqual(['RETIRED']);
    expect(report.totals).toMatchObject({ from: 'obs column n_counts', disagreeing: 39 });
    expect(report.totals.largestDifference).toBeCloseTo(2, 0);
  });
});
