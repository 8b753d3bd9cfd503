import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeH5ad } from '@geneformer-ts/io';
import { messageOf } from '../run/terminal.js';
import { readsOf } from '../run/plan.js';
import { runStage } from '../run/run-stage.js';
import { workOf } from '../run/stage.js';
import { Store } from '../run/store.js';
import data from './data.js';
import tokenize from './tokenize.js';

let folder: string;
const before = process.env.GENEFORMER_DATA;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bad-input-'));
  process.env.GENEFORMER_DATA = folder;
});
afterEach(async () => {
  if (before === undefined) delete process.env.GENEFORMER_DATA;
  else process.env.GENEFORMER_DATA = before;
  await rm(folder, { recursive: true, force: true });
});

/** Returns the error message when the data and tokenize stages run on `cells.h5ad`. */
async function messageFor(): Promise<string> {
  const common = {
    upstream: (input: string) => Promise.reject(new Error(`${input} is damaged`)),
    code: 'c0de',
    backend: 'cpu',
    resultsDirectory: path.join(folder, 'results'),
    store: new Store(path.join(folder, 'store')),
  };
  const about = { experiment: 'cell', profile: 'own', files: [], cores: 'all' as const, computes: false };
  const files = { kind: 'files', id: 'own', source: 'me', files: [{ path: 'cells.h5ad' }] };
  const params = { vocabulary: 'corpus', geneIds: null, maxLength: 16 };
  try {
    for (const task of [
      { ...about, name: 'data', stage: 'data', params: files, inputs: {} },
      { ...about, name: 'tokenize', stage: 'tokenize', params, inputs: { data: 'data' } },
    ]) {
      const work = workOf(task.stage === 'data' ? data : tokenize, task);
      await runStage({
        ...common,
        identity: task,
        work: () => Promise.resolve(work),
        params: task.params,
        inputs: readsOf(task),
      });
    }
    return 'no error';
  } catch (error) {
    return messageOf(error);
  }
}

async function writeCells(genes: string[], value: (cell: number, gene: number) => number): Promise<void> {
  const rows = 20;
  await writeH5ad(path.join(folder, 'cells.h5ad'), {
    obs: { index: Array.from({ length: rows }, (_, cell) => `cell ${cell}`), columns: new Map() },
    var: { index: genes, columns: new Map() },
    blocks: [
      {
        rowStart: 0,
        rows,
        cols: genes.length,
        indptr: Int32Array.from({ length: rows + 1 }, (_, row) => row * genes.length),
        indices: Int32Array.from({ length: rows * genes.length }, (_, i) => i % genes.length),
        data: Float32Array.from({ length: rows * genes.length }, (_, i) =>
          value(Math.floor(i / genes.length), i % genes.length),
        ),
      },
    ],
  });
}

const ensembl = Array.from({ length: 30 }, (_, gene) => `ENSG${String(gene + 1).padStart(11, '0')}`);
const oneLine = (start: RegExp) => new RegExp(`^error: [^\\n]*${start.source}[^\\n]*$`);

describe('invalid input gives an error of one line with the file, the problem and the remedy', () => {
  test('a missing file', async () => {
    expect(await messageFor()).toMatch(oneLine(/cells\.h5ad/));
  });

  test('a file that is not HDF5', async () => {
    await writeFile(path.join(folder, 'cells.h5ad'), 'cell,gene\n1,2\n'.repeat(100));
    expect(await messageFor()).toMatch(oneLine(/cells\.h5ad.*HDF5/));
  });

  test('genes without ids', async () => {
    await writeCells(
      ensembl.map((_, gene) => String(gene)),
      () => 1,
    );
    expect(await messageFor()).toMatch(oneLine(/cells\.h5ad.*(ensembl|Ensembl)/));
  });

  test('log-normalized values instead of counts', async () => {
    await writeCells(ensembl, (cell, gene) => Math.log1p((1e4 * (1 + ((cell * 7 + gene * 3) % 11))) / 4000));
    expect(await messageFor()).toMatch(oneLine(/cells\.h5ad.*(count|log)/));
  });

  test('an unset GENEFORMER_DATA', async () => {
    delete process.env.GENEFORMER_DATA;
    expect(await messageFor()).toMatch(oneLine(/GENEFORMER_DATA: not set; set it to/));
  });

  afterEach(() => {
    expect(existsSync(path.join(folder, 'results/stages/tokenize'))).toBe(false);
  });
});
