import type { ProgressEvent } from '@geneformer-ts/core';
import { AnnData, openAnnData, writeH5ad } from '@geneformer-ts/io';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizeCells } from '../dataset/tokenize-cells.js';
import { buildInto } from '../testing/build-packages.js';
import { seededCounts } from '../testing/seeded-counts.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { smallVocabulary } from '../testing/vocabularies.js';
import { buildVocabulary } from '../vocabulary/build-vocabulary.js';
import { readVocabulary, saveVocabulary } from '../vocabulary/vocabulary-file.js';

const at = temporaryFolder();
let script = '';

/** A call of `tokenizeCells`, or of `buildVocabulary` if `out` is 'vocabulary'. */
interface Job {
  cells: string;
  out: string;
  options: Record<string, unknown>;
  /** Cancel the call after this many cells. */
  signalAt?: number;
}

/** A program that kills its own process with SIGKILL after 1,500 cells. */
const code = `
import { openAnnData } from '@geneformer-ts/io';
import { readVocabulary, tokenizeCells } from '@geneformer-ts/tokenizer';

const [cells, out, vocabulary, options] = process.argv.slice(2);
const onProgress = ({ done }) => {
  if (done >= 1500) process.kill(process.pid, 'SIGKILL');
};
await tokenizeCells(await openAnnData(cells), await readVocabulary(vocabulary), out, { ...JSON.parse(options), onProgress });
`;

/** Runs a job in this process, with its threads. */
async function run({ cells, out, options, signalAt = Infinity }: Job): Promise<Record<string, unknown>> {
  const stop = new AbortController();
  const onProgress = ({ done }: ProgressEvent): void => {
    if (done >= signalAt) stop.abort(new Error('enough'));
  };
  const source = await openAnnData(cells);
  try {
    if (out === 'vocabulary') {
      const { digest, medianDigest } = await buildVocabulary([source], { version: 'mine', ...options });
      return { digest, medianDigest };
    }
    const vocabulary = await readVocabulary(at('vocabulary.json'));
    const result = await tokenizeCells(source, vocabulary, out, { ...options, onProgress, signal: stop.signal });
    return { ...result };
  } catch (error) {
    return { error: (error as Error).name, message: (error as Error).message };
  } finally {
    await source.close();
  }
}

/** Returns the SHA-256 digest of each file of a dataset. */
function digests(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(at(folder)).map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(at(folder), name)))
        .digest('hex'),
    ]),
  );
}

const corpus = seededCounts({ cells: 3000, genes: 300, seed: 7 });

beforeAll(async () => {
  mkdirSync(at('built'));
  script = await (await buildInto(at('built')))('script.js', code);
  await saveVocabulary(
    at('vocabulary.json'),
    smallVocabulary({ medians: Object.fromEntries(corpus.genes.map((gene, i) => [gene, 1 + ((i * 37) % 11) / 4])) }),
  );
  await writeH5ad(at('cells.h5ad'), corpus.contents());
  const contents = corpus.contents();
  const types = corpus.genes.map((_, i) => (i % 3 === 0 ? 'Antibody Capture' : 'Gene Expression'));
  contents.var = { ...contents.var, columns: new Map([['feature_types', { kind: 'string', values: types }]]) };
  await writeH5ad(at('typed.h5ad'), contents);
  await writeH5ad(at('bad.h5ad'), corpus.contents({ row: 2500, value: -1 }));
});

describe('a dataset tokenized in threads', () => {
  const tokenize = (name: string, options: Job['options']) =>
    run({ cells: at('cells.h5ad'), out: at(name), options: { blockRows: 100, keepCounts: true, ...options } });

  test('has the same files and report for any number of threads', async () => {
    const report = await tokenize('alone', { workers: 0 });
    expect(report).toMatchObject({ cells: 3000 });
    const expected = digests('alone');
    for (const workers of [1, 3]) {
      expect(await tokenize(`with-${workers}`, { workers })).toEqual(report);
      expect(digests(`with-${workers}`)).toEqual(expected);
    }
    // A million threads would end the process; the file has blocks for two.
    expect(await tokenize('many', { workers: 1e6, blockRows: 512 })).toEqual(report);
    expect(await tokenize('default', {})).toEqual(report);
    expect(digests('default')).toEqual(expected);
  });

  test('has the same files if the cells are in a zarr store', async () => {
    await using cells = await AnnData.open(at('cells.h5ad'));
    for (const zarrFormat of [2, 3] as const) {
      await cells.write(at(`cells-${zarrFormat}.zarr`), { zarrFormat });
      const options = { blockRows: 100, workers: 2, keepCounts: true, sourceName: () => 'cells.h5ad' };
      const report = await run({ cells: at(`cells-${zarrFormat}.zarr`), out: at(`zarr-${zarrFormat}`), options });
      expect(report).toMatchObject({ cells: 3000 });
      expect(digests(`zarr-${zarrFormat}`)).toEqual(digests('alone'));
    }
  });

  test('has the same genes, totals and report if antibodies are excluded', async () => {
    const [alone, threaded] = await Promise.all(
      [0, 2].map((workers) =>
        run({ cells: at('typed.h5ad'), out: at(`typed-${workers}`), options: { blockRows: 100, workers } }),
      ),
    );
    expect(alone).toMatchObject({
      report: { setApart: [{ kind: 'Antibody Capture', features: 100, counts: expect.any(Number) }] },
    });
    expect(threaded).toEqual(alone);
    expect(digests('typed-2')).toEqual(digests('typed-0'));
  });

  test('that is refused late has the error of a single thread, and leaves nothing behind', async () => {
    const before = readdirSync(at());
    const refuse = (workers: number) =>
      run({ cells: at('bad.h5ad'), out: at('refused'), options: { blockRows: 100, workers } });
    const refused = [await refuse(0), await refuse(3)];
    expect(refused[0]).toMatchObject({ error: 'InvalidCountError' });
    expect(refused[0]['message']).toMatch(/cell c2500 contains -1, which is not a count/);
    expect(refused[1]).toEqual(refused[0]);
    expect(readdirSync(at())).toEqual(before);
  });

  test('is refused when its file was replaced before the threads open it, instead of mixing two files', async () => {
    copyFileSync(at('cells.h5ad'), at('old.h5ad'));
    copyFileSync(at('cells.h5ad'), at('new.h5ad'));
    const source = await openAnnData(at('old.h5ad'));
    renameSync(at('new.h5ad'), at('old.h5ad'));
    const vocabulary = await readVocabulary(at('vocabulary.json'));
    await expect(tokenizeCells(source, vocabulary, at('mixed'), { workers: 2 })).rejects.toThrow(
      /^[^:]*old.h5ad: changed or was replaced after it was opened; check that no other program writes it, and open it again$/,
    );
    expect(readdirSync(at())).not.toContain('mixed');
    await source.close();
  });

  test('can be canceled', async () => {
    const before = readdirSync(at());
    const job = { cells: at('cells.h5ad'), out: at('stopped'), options: { blockRows: 100, workers: 2 } };
    expect(await run({ ...job, signalAt: 1000 })).toEqual({ error: 'Error', message: 'enough' });
    expect(readdirSync(at())).toEqual(before);
  });

  test('is complete and identical when a killed process runs again', async () => {
    const job = {
      cells: at('cells.h5ad'),
      out: at('killed'),
      options: { blockRows: 100, keepCounts: true, workers: 2 },
    };
    const child = spawn(process.execPath, [
      script,
      job.cells,
      job.out,
      at('vocabulary.json'),
      JSON.stringify(job.options),
    ]);
    const signal = await new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(at())).not.toContain('killed');

    expect(await run(job)).toMatchObject({ cells: 3000 });
    await tokenize('whole', { workers: 0 });
    expect(digests('killed')).toEqual(digests('whole'));
    expect(readdirSync(at()).filter((name) => name.includes('killed'))).toEqual(['killed']);
  });
});

test('a vocabulary is identical to the last bit for any number of threads', async () => {
  const [alone, ...threaded] = await Promise.all(
    [0, 1, 4].map((workers) =>
      run({ cells: at('cells.h5ad'), out: 'vocabulary', options: { blockRows: 100, workers } }),
    ),
  );
  expect(alone).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), medianDigest: expect.any(String) });
  for (const vocabulary of threaded) expect(vocabulary).toEqual(alone);
});
