import { type CountMatrix, columnAsStrings, openAnnData } from '@geneformer-ts/io';
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SourceEncoder } from '../encode/source-encoder.js';
import { DictionaryMissingError, VocabularyError } from '../errors.js';
import { memorySource } from '../testing/memory-source.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { writeLoom } from '../testing/write-loom.js';
import { loadVocabulary, publishedDigests, type PublishedVersion } from './published-vocabulary.js';
import type { Vocabulary } from './vocabulary.js';

const data = process.env['GENEFORMER_DATA'] ?? '';
const onRealData = data ? test : test.skip;
const dictionaries = join(data, 'geneformer-dicts');
const at = temporaryFolder();

const loaded = new Map<PublishedVersion, ReturnType<typeof loadVocabulary>>();
function published(version: PublishedVersion): ReturnType<typeof loadVocabulary> {
  const vocabulary = loaded.get(version) ?? loadVocabulary(version, dictionaries);
  loaded.set(version, vocabulary);
  return vocabulary;
}

async function encode(source: CountMatrix, vocabulary: Vocabulary): Promise<number[][]> {
  const cells: number[][] = [];
  for await (const { offsets, inputIds } of new SourceEncoder(source, vocabulary, { minKnownShare: 0 }).blocks()) {
    for (let i = 1; i < offsets.length; i++) cells.push(Array.from(inputIds.subarray(offsets[i - 1], offsets[i])));
  }
  return cells;
}

describe('the published dictionaries', () => {
  onRealData.each<[PublishedVersion, number, number]>([
    ['V1', 25_426, 115_379.34064995634],
    ['V2', 20_275, 42_294.23640066229],
  ])('%s have the published content: %d tokens, and medians with the sum %d', async (version, size, sum) => {
    const vocabulary = await published(version);
    expect(vocabulary).toMatchObject({
      version,
      size,
      digest: publishedDigests[version].tokens,
      medianDigest: publishedDigests[version].medians,
      clsId: version === 'V2' ? 2 : null,
    });
    const total = vocabulary.median.reduce((before, value) => before + (Number.isNaN(value) ? 0 : value), 0);
    expect(total).toBeCloseTo(sum, 6);
  });

  onRealData.each([
    ['TTN', 'ENSG00000155657', 9837, 9740],
    ['ACTB', 'ENSG00000075624', 1319, 1312],
    ['GATA4', 'ENSG00000136574', 7261, 7196],
    ['CD3D', 'ENSG00000167286', 11_987, 11_858],
  ])('give %s (%s) the ids %d and %d', async (symbol, gene, v1, v2) => {
    const [first, second] = [await published('V1'), await published('V2')];
    expect([first.idOf.get(gene), second.idOf.get(gene)]).toEqual([v1, v2]);
    expect(second.symbols.get(symbol)).toBe(gene);
  });

  onRealData('of one version are not confused with the other', async () => {
    await mkdir(at('wrong'));
    for (const stem of ['token_dictionary', 'gene_median_dictionary', 'gene_name_id_dict', 'ensembl_mapping_dict']) {
      await copyFile(join(dictionaries, `${stem}_gc30M.pkl`), at(`wrong/${stem}_gc104M.pkl`));
    }
    const load = loadVocabulary('V2', at('wrong'));
    await expect(load).rejects.toThrow(VocabularyError);
    await expect(load).rejects.toThrow(
      /token_dictionary_gc104M\.pkl: the tokens are not those of V2 \(digest 2de215b6/,
    );
  });

  test('are named in the error if they are absent', async () => {
    const load = loadVocabulary('V2', at());
    await expect(load).rejects.toThrow(DictionaryMissingError);
    await expect(load).rejects.toThrow(/token_dictionary_gc104M\.pkl/);
  });
});

describe('one cell, checked by hand', () => {
  const counts: Record<string, number> = {
    ENSG00000155657: 40, // TTN
    ENSG00000092054: 55, // MYH7
    ENSG00000198523: 12, // PLN
    ENSG00000075624: 20, // ACTB
    ENSG00000111640: 18, // GAPDH
    ENSG00000198804: 300, // MT-CO1
    ENSG00000136574: 1, // GATA4
    ENSG00000089225: 1, // TBX5
    ENSG00000197905: 1, // TEAD4
    ENSG00000251562: 400, // MALAT1, in neither vocabulary
    ENSG00000167286: 0, // CD3D
  };
  const cell = memorySource({
    genes: Object.keys(counts),
    counts: [Object.values(counts)],
    obs: { n_counts: { kind: 'number', values: Float64Array.of(2500) } },
  });

  onRealData.each<[PublishedVersion, number[]]>([
    ['V1', [9837, 17247, 1956, 3906, 16960, 17143, 1319, 1831, 7261]],
    ['V2', [2, 9740, 1945, 16868, 16769, 3880, 16605, 1312, 1821, 7196, 3]],
  ])('has in %s the published sequence', async (version, expected) => {
    expect(await encode(cell, await published(version))).toEqual([expected]);
  });
});

describe('PBMC3k, all 2,638 cells', () => {
  /** Written by tools/parity/tokenizer-golden.py --data. */
  const golden = JSON.parse(readFileSync(new URL('../../fixtures/pbmc3k.json', import.meta.url), 'utf8')) as Record<
    PublishedVersion,
    { cells: number; tokens: number; sha256: string; first: number[][]; cellDigests: string }
  >;

  const derived = join(data, 'pbmc3k-labelled/derived');

  async function openAs(format: 'h5ad' | 'mtx' | 'loom'): Promise<CountMatrix> {
    if (format === 'mtx') return openAnnData(derived);
    const source = await openAnnData(join(derived, 'pbmc3k_counts.h5ad'));
    if (format === 'h5ad') return source;
    const ids = columnAsStrings(source.var.columns.get('ensembl_id')!).map((id) => id ?? '');
    if (!existsSync(at('pbmc3k.loom'))) await writeLoom(at('pbmc3k.loom'), source, ids);
    await source.close();
    return openAnnData(at('pbmc3k.loom'));
  }

  onRealData.each<[PublishedVersion, 'h5ad' | 'mtx' | 'loom']>([
    ['V1', 'h5ad'],
    ['V2', 'h5ad'],
    ['V1', 'mtx'],
    ['V2', 'mtx'],
    ['V1', 'loom'],
    ['V2', 'loom'],
  ])('in %s, read from %s, equals an independent numpy implementation', async (version, format) => {
    const source = await openAs(format);
    const cells = await encode(source, await published(version));
    await source.close();
    const { first, cellDigests, ...whole } = golden[version];
    const digest = createHash('sha256');
    const each = cells.map((ids) => Int32Array.of(ids.length, ...ids));
    for (const ids of each) digest.update(ids);
    expect({
      cells: cells.length,
      tokens: cells.reduce((sum, ids) => sum + ids.length, 0),
      sha256: digest.digest('hex'),
    }).toEqual(whole);
    expect(cells.slice(0, first.length)).toEqual(first);
    // Eight digits per cell show which cell differs.
    const short = each.map((ids) => createHash('sha256').update(ids).digest('hex').slice(0, 8));
    expect(short.join('')).toBe(cellDigests);
  });
});
