import { ArgumentError, ForeignFilesError } from '@geneformer-ts/core';
import { type CountMatrix, type Column, openDataset } from '@geneformer-ts/io';
import { describe, expect, test } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectCells } from '../encode/source-encoder.js';
import {
  ColumnError,
  FractionalCountsError,
  GeneIdsMissingError,
  InvalidCountError,
  InvalidTotalError,
  LogNormalizedError,
  NoCellsError,
  UnknownGenesError,
} from '../errors.js';
import { type MemoryMatrix, memorySource, numbers, strings } from '../testing/memory-source.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { ensg, smallVocabulary } from '../testing/vocabularies.js';
import { readTokenized } from './read-tokenized.js';
import { tokenizeCells } from './tokenize-cells.js';
import type { TokenizeOptions } from './tokenize-options.js';

const at = temporaryFolder();
const genes = [ensg(1), ensg(2), ensg(3), ensg(99)];
const vocabulary = smallVocabulary({
  medians: { [ensg(1)]: 1, [ensg(2)]: 2, [ensg(3)]: 4 },
  symbols: { ACTB: ensg(1) },
});

/** Order by value: cell a: gene 1 (1), 3 (1), 2 (0.5); b: no known gene; c: gene 2. */
const file: MemoryMatrix = {
  path: 'some/where/cells.h5ad',
  genes,
  cells: ['a', 'b', 'c'],
  counts: [
    [1, 1, 4, 10],
    [0, 0, 0, 9],
    [0, 3, 0, 0],
  ],
};

const sequences = ({ inputIds, offsets }: { inputIds: Int32Array; offsets: Int32Array }): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, i) => Array.from(inputIds.subarray(offsets[i], offsets[i + 1])));

describe('a tokenized dataset', () => {
  test('contains every cell with a known gene, in order, and states its vocabulary', async () => {
    const result = await tokenizeCells(memorySource(file), vocabulary, at('plain'));
    expect(result).toMatchObject({ cells: 2, tokens: 8, maxLength: 2048, specialTokens: true });
    const read = await readTokenized(at('plain'));
    expect(sequences(read)).toEqual([
      [2, 4, 6, 5, 3],
      [2, 5, 3],
    ]);
    expect(read).toMatchObject({
      cells: 2,
      cellIds: ['a', 'c'],
      vocabularyVersion: 'small',
      vocabularyDigest: vocabulary.digest,
      maxLength: 2048,
    });
    expect(read.attributes.get('source')).toEqual(strings('cells.h5ad', 'cells.h5ad'));
    expect(read.attributes.get('n_counts')).toEqual(numbers(16, 3));
  });

  test('has the columns of Geneformer, with their names and types', async () => {
    await tokenizeCells(memorySource(file), vocabulary, at('features'), { keepCounts: true });
    const dataset = await openDataset(at('features'));
    expect(dataset.features).toEqual({
      input_ids: { list: 'int64' },
      length: 'int64',
      cell_id: 'string',
      source: 'string',
      n_counts: 'float64',
      counts: { list: 'float32' },
    });
    for await (const batch of dataset.batches())
      expect(Array.from(batch.columns['length'] as Int32Array, Number)).toEqual([5, 3]);
  });

  test('keeps counts per 10,000 in the order of the tokens, zero at special tokens', async () => {
    await tokenizeCells(memorySource(file), vocabulary, at('counts'), { keepCounts: true });
    const { counts } = await readTokenized(at('counts'));
    expect(Array.from(counts!)).toEqual([0, 625, 2500, 625, 0, 0, 10_000, 0]);
  });

  test('does not depend on the block size', async () => {
    await tokenizeCells(memorySource(file), vocabulary, at('one-block'));
    await tokenizeCells(memorySource(file), vocabulary, at('blocks'), { blockRows: 1 });
    expect(sequences(await readTokenized(at('blocks')))).toEqual(sequences(await readTokenized(at('one-block'))));
  });

  test('combines several files, with the source of each cell', async () => {
    const other = memorySource({ ...file, path: 'other.h5ad', cells: ['x', 'y', 'z'] });
    const result = await tokenizeCells([memorySource(file), other], vocabulary, at('joined'));
    const read = await readTokenized(at('joined'));
    expect(read.cellIds).toEqual(['a', 'c', 'x', 'z']);
    expect(read.attributes.get('source')).toEqual(strings('cells.h5ad', 'cells.h5ad', 'other.h5ad', 'other.h5ad'));
    expect(result.reports.map(({ cells }) => cells.written)).toEqual([2, 2]);
    expect(result.report.cells).toEqual({ total: 6, filtered: 0, empty: 2, written: 4, truncated: 0 });
    expect(result.report.knownShareOfCounts).toBeCloseTo(9 / 28);
    expect(result.report.largestUnknown).toEqual([{ id: ensg(99), share: expect.closeTo(19 / 28) }]);
  });

  test('is truncated to the maximum length including special tokens, and the report counts truncated cells', async () => {
    const result = await tokenizeCells(memorySource(file), vocabulary, at('short'), { maxLength: 4 });
    expect(sequences(await readTokenized(at('short')))).toEqual([
      [2, 4, 6, 3],
      [2, 5, 3],
    ]);
    expect(result.report.truncatedShare).toBe(0.5);
  });

  test('excludes cells whose filter_pass is not 1', async () => {
    const filtered = memorySource({ ...file, obs: { filter_pass: numbers(0, 1, 1) } });
    const result = await tokenizeCells(filtered, vocabulary, at('filtered'), { minKnownShare: 0 });
    expect((await readTokenized(at('filtered'))).cellIds).toEqual(['c']);
    expect(result.report.cells).toMatchObject({ total: 3, filtered: 1, empty: 1, written: 1 });
    expect(result.report.counts.total).toBe(12);
  });
});

describe('totals', () => {
  const stated = { ...file, obs: { n_counts: numbers(32, 9, 3) } };

  test('come from obs if it has them, and disagreement is reported', async () => {
    const { report } = await tokenizeCells(memorySource(stated), vocabulary, at('stated'));
    expect((await readTokenized(at('stated'))).attributes.get('n_counts')).toEqual(numbers(32, 3));
    expect(report.totals).toEqual({ from: 'obs column n_counts', disagreeing: 1, largestDifference: 1 });
  });

  test.each<[string, Column]>([
    ['text', strings('32', ' 9.0', '3')],
    ['categories', { kind: 'categorical', categories: ['3', '32.0', '9'], codes: Int32Array.of(1, 2, 0) }],
  ])('can be stored as %s', async (kind, n_counts) => {
    await tokenizeCells(memorySource({ ...file, obs: { n_counts } }), vocabulary, at(`stated-${kind}`));
    expect((await readTokenized(at(`stated-${kind}`))).attributes.get('n_counts')).toEqual(numbers(32, 3));
  });

  test('are computed over all genes of the file on request', async () => {
    const { report } = await tokenizeCells(memorySource(stated), vocabulary, at('computed'), {
      countsFrom: 'computed',
    });
    expect((await readTokenized(at('computed'))).attributes.get('n_counts')).toEqual(numbers(16, 3));
    expect(report.totals).toEqual({ from: 'computed', disagreeing: 0, largestDifference: 0 });
  });
});

describe('attributes', () => {
  const annotated = memorySource({
    ...file,
    obs: {
      cell_type: { kind: 'categorical', categories: ['B', 'T'], codes: Int32Array.of(1, 0, -1) },
      age: numbers(30, 31, 32),
      score: numbers(0.5, NaN, 2),
      doublet: { kind: 'boolean', values: [true, false, false] },
      source: strings('one', 'two', 'three'),
    },
  });

  test('can be all obs columns, with their types, and a prefix for reserved names', async () => {
    await tokenizeCells(annotated, vocabulary, at('all'), { attributes: 'all' });
    const { attributes } = await readTokenized(at('all'));
    expect([...attributes.keys()]).toEqual([
      'source',
      'n_counts',
      'cell_type',
      'age',
      'score',
      'doublet',
      'obs_source',
    ]);
    expect(attributes.get('cell_type')).toEqual(strings('T', null));
    expect(attributes.get('age')).toEqual(numbers(30, 32));
    expect(attributes.get('score')).toEqual(numbers(0.5, 2));
    expect(attributes.get('doublet')).toEqual({ kind: 'boolean', values: [true, false] });
    expect(attributes.get('obs_source')).toEqual(strings('one', 'three'));
    expect((await openDataset(at('all'))).features['age']).toBe('int64');
  });

  test('include the totals of obs if other totals are written', async () => {
    const stated = memorySource({ ...file, obs: { n_counts: numbers(32, 9, 3), total_counts: numbers(16, 9, 3) } });
    const options: TokenizeOptions[] = [{ countsFrom: 'computed' }, { countsColumn: 'total_counts' }];
    for (const [i, option] of options.entries()) {
      await tokenizeCells(stated, vocabulary, at(`totals-${i}`), { ...option, attributes: 'all' });
      const { attributes } = await readTokenized(at(`totals-${i}`));
      expect([...attributes.keys()]).toEqual(['source', 'n_counts', 'obs_n_counts', 'total_counts']);
      expect(attributes.get('n_counts')).toEqual(numbers(16, 3));
      expect(attributes.get('obs_n_counts')).toEqual(numbers(32, 3));
    }
    await tokenizeCells(stated, vocabulary, at('totals-same'), { attributes: 'all' });
    expect([...(await readTokenized(at('totals-same'))).attributes.keys()]).toEqual([
      'source',
      'n_counts',
      'total_counts',
    ]);
  });

  test('can be selected and renamed', async () => {
    await tokenizeCells(annotated, vocabulary, at('renamed'), { attributes: { cell_type: 'label' } });
    const { attributes } = await readTokenized(at('renamed'));
    expect([...attributes.keys()]).toEqual(['source', 'n_counts', 'label']);
  });

  test.each<[string, TokenizeOptions['attributes'], RegExp]>([
    [
      'absent',
      ['tissue'],
      /obs column tissue of option attributes not found; obs columns: cell_type, age, score, doublet, source/,
    ],
    ['reserved', ['source'], /attribute source cannot be named source, which is already in use/],
  ])('with %s names are refused', async (name, attributes, message) => {
    const run = tokenizeCells(annotated, vocabulary, at(`attribute-${name}`), { attributes: attributes! });
    await expect(run).rejects.toThrow(ColumnError);
    await expect(run).rejects.toThrow(message);
  });
});

describe('tokenizeCells fails with a one-line error and leaves nothing behind for', () => {
  type Bad = [string, CountMatrix, TokenizeOptions, new (...a: never[]) => Error, RegExp];
  const log = [0, 1.2, 3.4, 0.7];
  const late = Array.from({ length: 40 }, (_, cell) => (cell < 30 ? [1, 2, 3, 4] : [0.5, 1.5, 2.5, 3.5]));
  test.each<Bad>([
    [
      'log-normalized values',
      memorySource({ ...file, counts: [log, log] }),
      {},
      LogNormalizedError,
      /cells\.h5ad: the matrix looks log-normalized.*100\.0 %.*largest 3\.400.*give raw counts, or set allowFractional/,
    ],
    [
      'fractional values',
      memorySource({ ...file, counts: [[0, 120.5, 3.25, 1]] }),
      {},
      FractionalCountsError,
      /66\.7 % of the values are not whole.*allowFractional/,
    ],
    [
      'fractional values that appear late',
      memorySource({ path: file.path!, genes, counts: late }),
      { blockRows: 10 },
      FractionalCountsError,
      /25\.0 %/,
    ],
    [
      'one fractional value among thousands',
      memorySource({ path: file.path!, genes, counts: Array.from({ length: 1000 }, (_, i) => [i ? 1 : 1.5, 1, 1, 1]) }),
      {},
      FractionalCountsError,
      /1 of the values are not whole numbers/,
    ],
    [
      'a negative value',
      memorySource({ ...file, counts: [[1, -0.5, 2, 0]] }),
      {},
      InvalidCountError,
      /cell a .* -0\.5/,
    ],
    ['NaN', memorySource({ ...file, counts: [[1, NaN, 2, 0]] }), {}, InvalidCountError, /cell a .* NaN/],
    [
      'mouse genes',
      memorySource({ ...file, genes: [1, 2, 3, 4].map((n) => `ENSMUSG0000000000${n}`) }),
      {},
      UnknownGenesError,
      /only 0\.0 % of the counts .* vocabulary small .* ENSMUSG00000000001, .* mouse genes: map them/,
    ],
    [
      'too few known counts',
      memorySource(file),
      { minKnownShare: 0.6 },
      UnknownGenesError,
      /only 32\.1 % .* \(minimum 60\.0 %, option minKnownShare\); first unknown ids: ENSG00000000099/,
    ],
    [
      'symbols without the option symbols',
      memorySource({ ...file, genes: ['ACTB', 'GAPDH', 'X', 'Y'] }),
      {},
      GeneIdsMissingError,
      /no gene ids in var index .*"ACTB".*symbols/,
    ],
    [
      'symbols in a named column',
      memorySource({ ...file, genes: ['ACTB', 'ACTB', 'ACTB', 'ZZZ'] }),
      { geneIds: 'index' },
      UnknownGenesError,
      /these are gene symbols: .* symbols to accept them/,
    ],
    [
      'a total of zero for a cell with counts',
      memorySource({ ...file, obs: { n_counts: numbers(16, 9, 0) } }),
      {},
      InvalidTotalError,
      /obs column n_counts is 0 for cell c/,
    ],
    [
      'totals that are not numbers',
      memorySource({ ...file, obs: { n_counts: strings('16', '9', 'many') } }),
      {},
      ColumnError,
      /obs column n_counts contains 'many', which is not a number/,
    ],
    [
      'countsFrom column without such a column',
      memorySource(file),
      { countsFrom: 'column' },
      ColumnError,
      /no obs column n_counts/,
    ],
    [
      'an absent countsColumn',
      memorySource(file),
      { countsColumn: 'nope' },
      ColumnError,
      /no obs column nope with totals/,
    ],
    [
      'cells that are all filtered out',
      memorySource({ ...file, obs: { filter_pass: numbers(0, 0, 0) } }),
      {},
      NoCellsError,
      /all 3 cells have a filter_pass that is not 1; correct or remove that obs column/,
    ],
    [
      'a file without cells',
      memorySource({ ...file, counts: [] }),
      {},
      NoCellsError,
      /has no cells; give a file with cells/,
    ],
    [
      'counts that are all zero',
      memorySource({ ...file, counts: file.counts.map((row) => row.map(() => 0)) }),
      {},
      NoCellsError,
      /all counts of 3 cells are zero; give the matrix that contains raw counts/,
    ],
    [
      'a maximum length too short for a gene',
      memorySource(file),
      { maxLength: 2 },
      ArgumentError,
      /maxLength: 2 is not valid; use .* at least 3/,
    ],
  ])('%s', async (name, source, options, type, message) => {
    const before = await readdir(at());
    const run = tokenizeCells(source, vocabulary, at(`bad ${name}`), options);
    await expect(run).rejects.toThrow(type);
    await expect(run).rejects.toThrow(message);
    await run.catch((error: Error) => expect(error.message).not.toMatch(/\n/));
    expect(await readdir(at())).toEqual(before);
  });

  test('special tokens that the vocabulary lacks', async () => {
    const plain = smallVocabulary({ medians: { [ensg(1)]: 1 }, specials: 2 });
    const run = tokenizeCells(memorySource(file), plain, at('no-specials'), { specialTokens: true });
    await expect(run).rejects.toThrow(
      /specialTokens: true is not valid; use false: vocabulary small has no <cls> and <eos>/,
    );
  });

  test('a canceled call', async () => {
    const before = await readdir(at());
    const stop = new AbortController();
    const run = tokenizeCells(memorySource(file), vocabulary, at('stopped'), {
      blockRows: 1,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
    expect(await readdir(at())).toEqual(before);
  });
});

describe('tokenizeCells accepts on request', () => {
  test('symbols', async () => {
    const symbols = memorySource({ ...file, genes: ['ACTB', 'ACTB', 'what', 'else'] });
    const { report } = await tokenizeCells(symbols, vocabulary, at('symbols'), { symbols: true });
    expect(report.genes).toMatchObject({ known: 2, symbols: 2, duplicates: 1 });
  });

  test('estimated counts', async () => {
    const estimated = memorySource({ ...file, counts: [[0.5, 1.25, 0, 0]] });
    const { report } = await tokenizeCells(estimated, vocabulary, at('estimated'), { allowFractional: true });
    expect(report.counts).toMatchObject({ nonZero: 2, fractional: 2 });
  });
});

test('inspectCells returns the report of tokenizeCells and writes nothing', async () => {
  const before = await readdir(at());
  const { report } = await tokenizeCells(memorySource(file), vocabulary, at('inspected'));
  expect(await inspectCells(memorySource(file), vocabulary)).toEqual(report);
  expect(await readdir(at())).toEqual([...before, 'inspected'].sort());
});

test('the folder of the input file is refused as output before any cell is read, and keeps its files', async () => {
  const folder = at('cells-folder');
  await mkdir(folder);
  const source = memorySource({ ...file, path: join(folder, 'cells.h5ad') });
  await writeFile(source.path, 'counts');
  let reads = 0;
  const watched: CountMatrix = { ...source, blocks: (...given) => (reads++, source.blocks(...given)) };
  await expect(tokenizeCells(watched, vocabulary, folder)).rejects.toThrow(ForeignFilesError);
  await expect(tokenizeCells(watched, vocabulary, folder)).rejects.toThrow(/not part of a dataset: cells.h5ad;/);
  expect(await readdir(folder)).toEqual(['cells.h5ad']);
  expect(reads).toBe(0);
});

test('progress is reported up to the last cell', async () => {
  const done: number[] = [];
  await tokenizeCells(memorySource(file), vocabulary, at('progress'), {
    blockRows: 2,
    onProgress: (event) => done.push(event.done / event.total),
  });
  expect(done).toEqual([2 / 3, 1]);
});
