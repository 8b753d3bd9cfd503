import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeH5ad } from '@geneformer-ts/io';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { buildInto } from './testing/built.js';
import { madeCounts } from './testing/made-counts.js';
import { temporaryFolder } from './testing/temporary-folder.js';
import { smallVocabulary } from './testing/vocabularies.js';
import { saveVocabulary } from './vocabulary-file.js';

const at = temporaryFolder();
let script = '';

/** Options of `node script.js JOB`: what to do, from which file, to which folder, and how. */
interface Job {
  cells: string;
  out: string;
  options: Record<string, unknown>;
  /** End the process with SIGKILL when so many cells are done. */
  killAt?: number;
  /** End the threads from outside when so many cells are done. */
  signalAt?: number;
}

const code = `
import { readFileSync } from 'node:fs';
import { openCells } from '@geneformer-ts/io';
import { buildVocabulary, readVocabulary, tokenizeCells } from '@geneformer-ts/tokenizer';

const { cells, out, options, killAt, signalAt } = JSON.parse(process.argv[2]);
const stop = new AbortController();
const onProgress = ({ done }) => {
  if (done >= killAt) process.kill(process.pid, 'SIGKILL');
  if (done >= signalAt) stop.abort(new Error('enough'));
};
const source = await openCells(cells);
try {
  if (out === 'vocabulary') {
    const { digest, medianDigest } = await buildVocabulary([source], { version: 'mine', ...options });
    console.log(JSON.stringify({ digest, medianDigest }));
  } else {
    const vocabulary = await readVocabulary(process.argv[3]);
    const result = await tokenizeCells(source, vocabulary, out, { ...options, onProgress, signal: stop.signal });
    console.log(JSON.stringify(result));
  }
} catch (error) {
  console.log(JSON.stringify({ error: error.name, message: error.message }));
} finally {
  await source.close();
}
`;

function run(job: Job): Record<string, unknown> {
  const { stdout, stderr } = spawnSync(process.execPath, [script, JSON.stringify(job), at('vocabulary.json')], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** sha256 of each file of a dataset. */
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

const made = madeCounts({ cells: 3000, genes: 300, seed: 7 });

beforeAll(async () => {
  mkdirSync(at('built'));
  script = await (await buildInto(at('built')))('script.js', code);
  await saveVocabulary(
    at('vocabulary.json'),
    smallVocabulary({ medians: Object.fromEntries(made.genes.map((gene, i) => [gene, 1 + ((i * 37) % 11) / 4])) }),
  );
  await writeH5ad(at('cells.h5ad'), made.contents());
  const contents = made.contents();
  const types = made.genes.map((_, i) => (i % 3 === 0 ? 'Antibody Capture' : 'Gene Expression'));
  contents.var = { ...contents.var, columns: new Map([['feature_types', { kind: 'string', values: types }]]) };
  await writeH5ad(at('typed.h5ad'), contents);
  await writeH5ad(at('bad.h5ad'), made.contents({ row: 2500, value: -1 }));
});

describe('a dataset tokenised in threads', () => {
  const tokenize = (name: string, options: Job['options']) =>
    run({ cells: at('cells.h5ad'), out: at(name), options: { blockRows: 100, keepCounts: true, ...options } });

  test('is the same file for file, and so is its report, for any number of them', () => {
    const report = tokenize('alone', { workers: 0 });
    expect(report).toMatchObject({ cells: 3000 });
    const expected = digests('alone');
    for (const workers of [1, 2, 5]) {
      expect(tokenize(`with-${workers}`, { workers })).toEqual(report);
      expect(digests(`with-${workers}`)).toEqual(expected);
    }
    expect(tokenize('default', {})).toEqual(report);
    expect(digests('default')).toEqual(expected);
  });

  test('has the same genes, totals and report where antibodies are set apart', () => {
    const [alone, crew] = [0, 2].map((workers) =>
      run({ cells: at('typed.h5ad'), out: at(`typed-${workers}`), options: { blockRows: 100, workers } }),
    );
    expect(alone).toMatchObject({
      report: { setApart: [{ kind: 'Antibody Capture', features: 100, counts: expect.any(Number) }] },
    });
    expect(crew).toEqual(alone);
    expect(digests('typed-2')).toEqual(digests('typed-0'));
  });

  test('that is refused late gives the error of a single thread, and nothing is left behind', () => {
    const before = readdirSync(at());
    const refused = [0, 3].map((workers) =>
      run({ cells: at('bad.h5ad'), out: at('refused'), options: { blockRows: 100, workers } }),
    );
    expect(refused[0]).toMatchObject({ error: 'InvalidCountError' });
    expect(refused[0]['message']).toMatch(/cell c2500 holds the value -1/);
    expect(refused[1]).toEqual(refused[0]);
    expect(readdirSync(at())).toEqual(before);
  });

  test('can be stopped', () => {
    const before = readdirSync(at());
    const job = { cells: at('cells.h5ad'), out: at('stopped'), options: { blockRows: 100, workers: 2 } };
    expect(run({ ...job, signalAt: 1000 })).toEqual({ error: 'Error', message: 'enough' });
    expect(readdirSync(at())).toEqual(before);
  });

  test('that was killed in the middle is whole and the same when it is run again', async () => {
    const job = {
      cells: at('cells.h5ad'),
      out: at('killed'),
      options: { blockRows: 100, keepCounts: true, workers: 2 },
    };
    const child = spawn(process.execPath, [script, JSON.stringify({ ...job, killAt: 1500 }), at('vocabulary.json')]);
    const signal = await new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
    expect(signal).toBe('SIGKILL');
    expect(readdirSync(at())).not.toContain('killed');

    expect(run(job)).toMatchObject({ cells: 3000 });
    tokenize('whole', { workers: 0 });
    expect(digests('killed')).toEqual(digests('whole'));
    expect(readdirSync(at()).filter((name) => name.includes('killed'))).toEqual(['killed']);
  });
});

test('a vocabulary is the same to the last bit for any number of threads', () => {
  const [alone, ...crews] = [0, 1, 4].map((workers) =>
    run({ cells: at('cells.h5ad'), out: 'vocabulary', options: { blockRows: 100, workers } }),
  );
  expect(alone).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), medianDigest: expect.any(String) });
  for (const crew of crews) expect(crew).toEqual(alone);
});
