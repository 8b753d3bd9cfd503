import type { OptionNames } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import { type BertModel, embedCells, type Pooling } from '@geneformer-ts/model';
import type { CallOptions } from '../call-options.js';
import { type CountOptions, countOptionNames, readingOf } from '../cells/count-options.js';
import { type CountsReport, tokenFormat } from '../cells/tokenized-cells.js';
import { type Calls, withProgress, withTokens } from '../cells/with-tokens.js';
import type { LoadedModel } from '../pretrained/loaded-model.js';
import { partRowsOf } from '../shards/part-rows.js';
import type { RowRun, Shard, ShardOutcome } from '../shards/row-run.js';
import { runOf } from '../shards/run-of.js';
import { computeShard, joinVectors, readInParts, type VectorReader } from '../shards/vector-run.js';

/** Options of `Geneformer.embed`. */
export interface EmbedOptions extends CallOptions, CountOptions {
  /** Hidden state of the encoder: i is the output of layer i, negative values count from the end. Default −1, the last. */
  hiddenState?: number;
  /** `mean` over the genes of a cell (default), or `cls`, the vector at position 0. */
  pooling?: Pooling;
  /** Folder that `embedShard` has filled: its vectors are joined, and nothing is computed. */
  parts?: string;
}

export const embedOptionNames: OptionNames<EmbedOptions> = {
  hiddenState: true,
  pooling: true,
  parts: true,
  ...countOptionNames,
};

/** Options of `Geneformer.embedShard`. */
export interface EmbedShardOptions extends Omit<EmbedOptions, 'parts'> {
  /** The share of this process; default everything. */
  shard?: Shard;
}

const { parts: _, ...ownNames } = embedOptionNames;
export const embedShardOptionNames: OptionNames<EmbedShardOptions> = { ...ownNames, shard: true };

/** The vectors of all cells of a file. `cells.obsm.set` accepts it as it is. */
export interface CellEmbedding {
  rows: number;
  cols: number;
  /** rows × cols, row by row; NaN for cells without a gene that the model knows. */
  data: Float32Array;
  /** Counts and genes that were read of the file. */
  report: CountsReport;
}

/** Returns the vectors of the cells of a file: computed, or joined from the parts of a run. */
export async function embedFile(loaded: LoadedModel, cells: AnnData, options: EmbedOptions): Promise<CellEmbedding> {
  const cols = loaded.model.config.hidden_size;
  const rows = cells.nObs;
  if (options.parts !== undefined) {
    return { rows, cols, ...(await joinVectors(options.parts, await runOfFile(loaded, cells, options), cols)) };
  }
  const format = tokenFormat(loaded.model, loaded.vocabulary);
  return withTokens(cells, format, options, async (tokens, calls) => {
    const data = await readInParts(tokens, rows, reader(loaded.model, rows, options), calls);
    return { rows, cols, data, report: tokens.report };
  });
}

/** Computes a share of the vectors of a file into a folder. */
export function embedShard(
  loaded: LoadedModel,
  cells: AnnData,
  folder: string,
  { shard = { index: 0, count: 1 }, ...options }: EmbedShardOptions,
): Promise<ShardOutcome> {
  return withProgress(options, async (calls) => {
    const run = await runOfFile(loaded, cells, options);
    const format = tokenFormat(loaded.model, loaded.vocabulary);
    const work = { format, counts: readingOf(options), reader: reader(loaded.model, cells.nObs, options) };
    return computeShard(folder, run, shard, cells, work, calls);
  });
}

function reader(model: BertModel, rows: number, { hiddenState, pooling }: EmbedOptions): VectorReader {
  const layer = { ...(hiddenState !== undefined && { layer: hiddenState }), ...(pooling && { pooling }) };
  return {
    cols: model.config.hidden_size,
    partRows: partRowsOf(model.config, rows),
    read: async (cells, calls: Calls) => (await embedCells(model, cells, { ...calls, ...layer })).data,
  };
}

function runOfFile(loaded: LoadedModel, cells: AnnData, options: EmbedOptions): Promise<RowRun> {
  const { hiddenState = -1, pooling = 'mean' } = options;
  const facts = { ...readingOf(options), hiddenState, pooling };
  return runOf('embed', cells, loaded, partRowsOf(loaded.model.config, cells.nObs), facts);
}
