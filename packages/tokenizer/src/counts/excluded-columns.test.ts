import type { CountMatrix } from '@geneformer-ts/io';
import { describe, expect, test } from '@jest/globals';
import { readTokenized } from '../dataset/read-tokenized.js';
import { tokenizeCells } from '../dataset/tokenize-cells.js';
import { inspectCells } from '../encode/source-encoder.js';
import { UnknownGenesError } from '../errors.js';
import { memorySource, numbers, strings } from '../testing/memory-source.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { ensg, smallVocabulary } from '../testing/vocabularies.js';
import { buildVocabulary } from '../vocabulary/build-vocabulary.js';

const vocabulary = smallVocabulary({
  medians: { [ensg(1)]: 1, [ensg(2)]: 1 },
  symbols: { CD3E: ensg(1), CD19: ensg(2) },
});
const at = temporaryFolder();

/** A cell with 4 counts in genes and 96 in antibodies, opened with all features. */
const citeSeq = (obs = {}): CountMatrix =>
  memorySource({
    counts: [[1, 3, 90, 6]],
    genes: [ensg(1), ensg(2), 'CD3E', 'CD19'],
    var: { feature_types: strings('Gene Expression', 'Gene Expression', 'Antibody Capture', 'Antibody Capture') },
    obs,
  });

describe('antibodies', () => {
  test('get no tokens and are not part of the total, with or without symbols', async () => {
    for (const symbols of [false, true]) {
      const folder = at(`antibodies-${symbols}`);
      const { report } = await tokenizeCells(citeSeq(), vocabulary, folder, { symbols });
      const { attributes, inputIds } = await readTokenized(folder);
      expect([...inputIds]).toEqual([2, 5, 4, 3]);
      expect(attributes.get('n_counts')).toEqual(numbers(4));
      expect(report.setApart).toEqual([{ kind: 'Antibody Capture', features: 2, counts: 96 }]);
      expect(report.counts.total).toBe(4);
      expect(report.genes).toMatchObject({ total: 2, known: 2, blank: 0, symbols: 0 });
    }
  });

  test('do not count through the totals of obs', async () => {
    const source = citeSeq({ n_counts: numbers(100) });
    const { report } = await tokenizeCells(source, vocabulary, at('stated'), { attributes: 'all' });
    expect(report.totals.from).toBe('computed (obs column n_counts may include features that are not genes)');
    const { attributes } = await readTokenized(at('stated'));
    expect(attributes.get('n_counts')).toEqual(numbers(4));
    expect(attributes.get('obs_n_counts')).toEqual(numbers(100));
    const explicit = await inspectCells(source, vocabulary, { countsFrom: 'column' });
    expect(explicit.totals.from).toBe('obs column n_counts');
  });

  test('are not part of a vocabulary or its medians', async () => {
    const built = await buildVocabulary([citeSeq({ n_counts: numbers(100) })], { version: 'own' });
    expect(built.tokens.slice(4)).toEqual([ensg(1), ensg(2)]);
    expect([...built.median.slice(4)]).toEqual([2500, 7500]);
  });

  test('excluded by the source are reported with their counts and the notes of the source', async () => {
    const source: CountMatrix = {
      ...memorySource({
        counts: [
          [1, 3],
          [2, 0],
        ],
        genes: [ensg(1), ensg(2)],
        obs: { filter_pass: numbers(1, 0) },
      }),
      setApart: [
        { kind: 'Antibody Capture', features: 2 },
        { kind: 'Peaks', features: 1 },
      ],
      notes: ['2 cells have the name of an earlier cell: AAA-1'],
    };
    const blocks = source.blocks.bind(source);
    source.blocks = async function* (request) {
      for await (const block of blocks(request)) yield { ...block, setApart: Float64Array.of(90, 1, 1000, 1000) };
    };
    const report = await inspectCells(source, vocabulary);
    expect(report.setApart).toEqual([
      { kind: 'Antibody Capture', features: 2, counts: 90 },
      { kind: 'Peaks', features: 1, counts: 1 },
    ]);
    expect(report.notes).toEqual(['2 cells have the name of an earlier cell: AAA-1']);
  });
});

describe('mouse genes', () => {
  const mixed = (human: number): CountMatrix =>
    memorySource({
      counts: [[human, 2 * human, 60, 40]],
      genes: [`GRCh38_${ensg(1)}`, `GRCh38_${ensg(2)}`, 'mm10___ENSMUSG00000029580', 'mm10___ENSMUSG00000057666'],
    });

  test('in a mixture of cells are excluded and reported', async () => {
    const { report } = await tokenizeCells(mixed(10), vocabulary, at('barnyard'));
    const { attributes, inputIds } = await readTokenized(at('barnyard'));
    expect([...inputIds]).toEqual([2, 5, 4, 3]);
    expect(attributes.get('n_counts')).toEqual(numbers(30));
    expect(report.setApart).toEqual([{ kind: 'genes of another species (ENSMUSG)', features: 2, counts: 100 }]);
    expect(report.genes).toMatchObject({ total: 2, known: 2, prefixed: 2 });
    expect(report.knownShareOfCounts).toBe(1);
  });

  test('with a few human counts are still recognized as mouse cells', async () => {
    await expect(tokenizeCells(mixed(1), vocabulary, at('mouse'))).rejects.toThrow(UnknownGenesError);
    await expect(tokenizeCells(mixed(1), vocabulary, at('mouse'))).rejects.toThrow(/these are mouse genes/);
  });
});

test('columns with the same id are summed and reported', async () => {
  const source = memorySource({ counts: [[2, 3, 2]], genes: [ensg(1), ensg(2), ensg(1)] });
  const { report } = await tokenizeCells(source, vocabulary, at('twice'), { keepCounts: true });
  const { inputIds } = await readTokenized(at('twice'));
  expect([...inputIds]).toEqual([2, 4, 5, 3]);
  expect(report.genes.duplicates).toBe(1);
});
