/** Makes one h5ad of raw counts, whatever the cells come from, so that everything after this reads simulated and real data alike. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { columnAsStrings, openCells, sha256File, writeH5ad, type CellSource } from '@geneformer-ts/io';
import { writeThymus } from '@geneformer-ts/simulate';
import { dataFile } from '../data/data-file.js';
import { joinSources, type OpenSource } from '../data/join-sources.js';
import { DataError } from '../errors.js';
import type { Progress } from '../run/progress.js';
import type { Stage } from '../run/stage.js';
import type { DataFile, DataParams } from './data.params.js';

const stage: Stage<DataParams> = {
  async run({ params, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const cells = path.join(scratch, 'cells.h5ad');
    const corpus = path.join(scratch, 'corpus.h5ad');
    if (params.kind === 'simulated-thymus') {
      const { preset, seed } = params;
      await writeThymus(cells, { preset, seed, onProgress: progress });
      if (params.corpus) await writeThymus(corpus, { preset, ...params.corpus, onProgress: progress });
    } else {
      await joinFiles(params.files, cells, progress);
    }
    const { nObs, nVars } = await shapeOf(cells);
    return {
      outputs: { cells, ...(params.kind === 'simulated-thymus' && params.corpus ? { corpus } : {}) },
      facts: {
        id: params.kind === 'files' ? params.id : `in silico thymus, seed ${params.seed}`,
        source: params.kind === 'files' ? params.source : 'simulated by @geneformer-ts/simulate',
        synthetic: params.kind !== 'files',
        /** What a person knows the cells by, for messages: not the name under which the store keeps them. */
        files: params.kind === 'files' ? params.files.map((file) => file.path) : ['simulated cells'],
        cells: nObs,
        genes: nVars,
        sha256: await sha256File(cells),
      },
    };
  },
};
export default stage;

async function joinFiles(files: readonly DataFile[], target: string, progress: Progress): Promise<void> {
  const opened: OpenSource[] = [];
  try {
    for (const [done, { path: name, obs, set, layer, orientation, geneIds }] of files.entries()) {
      progress({ stage: 'open', done, total: files.length, unit: 'files', detail: name });
      const source = await openCells(dataFile(name), {
        ...(layer && { layer }),
        ...(orientation && { orientation }),
        ...(obs && { obs: dataFile(obs) }),
      });
      opened.push({ source, set: set ?? {}, ...(geneIds && { geneIds: varColumn(source, geneIds) }) });
    }
    const joined = joinSources(opened);
    await writeH5ad(target, { obs: joined.obs, var: joined.var, blocks: joined.blocks() });
  } finally {
    for (const { source } of opened) await source.close();
  }
}

function varColumn(source: CellSource, name: string): string[] {
  const column = source.var.columns.get(name);
  if (column) return columnAsStrings(column).map((id) => id ?? '');
  const known = [...source.var.columns.keys()].join(', ');
  throw new DataError(source.path, `var/${name}`, `no such column; choose one of: ${known || 'none, use the index'}`);
}

async function shapeOf(file: string): Promise<{ nObs: number; nVars: number }> {
  const source = await openCells(file);
  await source.close();
  return source;
}
