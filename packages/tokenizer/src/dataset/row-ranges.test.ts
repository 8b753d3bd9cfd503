import { openAnnData, writeH5ad } from '@geneformer-ts/io';
import { beforeAll, expect, test } from '@jest/globals';
import { joinReports } from '../genes/join-reports.js';
import { seededCounts } from '../testing/seeded-counts.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { ensg, smallVocabulary } from '../testing/vocabularies.js';
import { readTokenized } from './read-tokenized.js';
import { tokenizeCells } from './tokenize-cells.js';
import type { TokenizeOptions } from './tokenize-options.js';

const at = temporaryFolder();
// Two thirds of the genes are known.
const known = Array.from({ length: 60 }, (_, gene) => gene).filter((gene) => gene % 3 > 0);
const vocabulary = smallVocabulary({ medians: Object.fromEntries(known.map((gene) => [ensg(1000 - gene), 1 + gene])) });

beforeAll(async () => {
  const { contents } = seededCounts({ cells: 700, genes: 60, seed: 3 });
  await writeH5ad(at('cells.h5ad'), contents());
});

async function tokenize(name: string, options: TokenizeOptions) {
  const cells = await openAnnData(at('cells.h5ad'));
  try {
    const result = await tokenizeCells(cells, vocabulary, at(name), { workers: 0, ...options });
    return { ...result, dataset: await readTokenized(at(name)) };
  } finally {
    await cells.close();
  }
}

test.each([0, 2])(
  'ranges of rows have the tokens and, joined, the report of the whole file (%i threads)',
  async (workers) => {
    const whole = await tokenize('whole', {});
    const cuts = [0, 1, 256, 256, 700];
    const ranges = await Promise.all(
      cuts.slice(1).map((to, i) => tokenize(`range-${i}`, { workers, blockRows: 100, rows: { from: cuts[i], to } })),
    );
    expect(ranges.map(({ cells }) => cells)).toEqual([1, 255, 0, 444]);
    expect(ranges.flatMap(({ dataset }) => dataset.cellIds)).toEqual(whole.dataset.cellIds);
    expect(ranges.flatMap(({ dataset }) => [...dataset.inputIds])).toEqual([...whole.dataset.inputIds]);
    expect(joinReports(ranges.map(({ report }) => report))).toEqual(whole.report);
    expect(whole.report.largestUnknown.length).toBe(10);
  },
);

test.each([
  { from: -1, to: 3 },
  { from: 3, to: 2 },
  { from: 0, to: 701 },
  { from: 0.5, to: 3 },
])('a range %j that the file does not have is refused', async (rows) => {
  await expect(tokenize('refused', { rows })).rejects.toThrow('use a range of the 700 rows');
});

test('reports of different files are not joined', async () => {
  const { report } = await tokenize('one', { rows: { from: 0, to: 9 } });
  expect(() => joinReports([report, { ...report, path: 'other.h5ad' }])).toThrow(/are of .*cells.h5ad and other.h5ad/);
  expect(() => joinReports([])).toThrow('reports');
});
