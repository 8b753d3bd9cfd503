/** Writes h5ad files of raw counts from any source, so that later stages read simulated and real data in the same way. */
import { sha256File } from '@geneformer-ts/core/node';
import type { Progress } from '@geneformer-ts/core';
import { openAnnData, writeH5ad } from '@geneformer-ts/io';
import { drawnCells, readSymbols } from '../data/drawn-cells.js';
import { joinSources, type OpenSource } from '../data/join-sources.js';
import { nameOf, openFile } from '../data/open-files.js';
import { writeSimulated } from '../data/simulated-cells.js';
import { defineStage } from '../run/define.js';
import { type DataFile, dataParams, type DataParams, type DrawingParams } from './data.params.js';

/** The origin and the size of the counts. */
interface DataFacts {
  id: string;
  source: string;
  synthetic: boolean;
  /** Names of the original files, which messages use instead of the path in the store. */
  files: readonly string[];
  cells: number;
  genes: number;
  sha256: string;
  /** Of a corpus: cells that were drawn from mean profiles, and cells that were measured. */
  drawn?: number;
  measured?: number;
  notes?: string[];
}

export default defineStage({
  name: 'data',
  params: dataParams,
  inputs: {},
  outputs: { cells: { optional: 'cells.h5ad' }, corpus: { optional: 'corpus.h5ad' } },
  files: filesOf,
  async run({ params, output, progress }): Promise<{ facts: DataFacts }> {
    const { cells, corpus } = output;
    switch (params.kind) {
      case 'simulated-thymus': {
        const { preset, seed, cells: number } = params;
        await writeSimulated(
          { file: cells, options: { preset, seed, ...(number && { cells: number }) } },
          params.corpus && { file: corpus, options: { preset, ...params.corpus } },
          progress,
        );
        const id = `in silico thymus, seed ${seed}`;
        const names = ['simulated cells'];
        return { facts: await factsOf(cells, id, 'simulated by @geneformer-ts/simulate', true, names) };
      }
      case 'files': {
        const notes = await writeJoined(cells, await openFiles(params.files, progress));
        if (params.corpus) await writeJoined(corpus, await openDrawn(params.corpus, progress));
        return {
          facts: {
            ...(await factsOf(cells, params.id, params.source, false, params.files.map(nameOf))),
            ...(notes.length > 0 && { notes }),
          },
        };
      }
      case 'corpus': {
        const parts = [...(await openDrawn(params, progress)), ...(await openFiles(params.files, progress))];
        const notes = await writeJoined(corpus, parts);
        const names = [...params.drawn.map((table) => table.path), ...params.files.map(nameOf)];
        const facts = await factsOf(corpus, params.id, params.source, params.files.length === 0, names);
        const drawn = parts.slice(0, params.drawn.length).reduce((sum, { source }) => sum + source.nObs, 0);
        return {
          facts: { ...facts, drawn, measured: facts.cells - drawn, ...(notes.length > 0 && { notes }) },
        };
      }
    }
  },
});

/** Returns the names of the files that the parameters name, below GENEFORMER_DATA. */
function filesOf(params: DataParams): (string | undefined)[] {
  if (params.kind === 'simulated-thymus') return [];
  const drawn = params.kind === 'files' ? (params.corpus?.drawn ?? []) : params.drawn;
  const [own, profiles] = [params.files.flatMap(({ path, obs }) => [path, obs]), drawn.map(({ path }) => path)];
  return params.kind === 'files' ? [...own, ...profiles] : [...profiles, ...own];
}

async function openFiles(files: readonly DataFile[], progress: Progress): Promise<OpenSource[]> {
  const opened: OpenSource[] = [];
  try {
    for (const [done, file] of files.entries()) {
      progress({ stage: 'open', done, total: files.length, unit: 'files', detail: nameOf(file) });
      opened.push(await openFile(file, progress));
    }
    return opened;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function openDrawn({ drawn, symbols, seed }: DrawingParams, progress: Progress): Promise<OpenSource[]> {
  const ids = await readSymbols(symbols, progress);
  const sources: OpenSource[] = [];
  for (const [set, table] of drawn.entries()) {
    progress({ stage: 'profiles', done: set, total: drawn.length, unit: 'tables', detail: table.path });
    sources.push({ source: await drawnCells(table, ids, seed, set), set: {} });
  }
  return sources;
}

/** Writes the joined sources. Returns notes on how they were read, such as rows of a table that match no cell. */
async function writeJoined(target: string, opened: OpenSource[]): Promise<string[]> {
  try {
    const joined = joinSources(opened);
    await writeH5ad(target, { obs: joined.obs, var: joined.var, blocks: joined.blocks() });
    return opened.flatMap(({ source }) => source.notes ?? []);
  } finally {
    await closeAll(opened);
  }
}

async function closeAll(opened: readonly OpenSource[]): Promise<void> {
  for (const { source } of opened) await source.close();
}

/**
 * Returns the facts about a written file.
 * @param files names of the original files
 */
async function factsOf(
  target: string,
  id: string,
  source: string,
  synthetic: boolean,
  files: readonly string[],
): Promise<DataFacts> {
  const opened = await openAnnData(target);
  await opened.close();
  return { id, source, synthetic, files, cells: opened.nObs, genes: opened.nVars, sha256: await sha256File(target) };
}
