import type { OptionNames } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { basename } from '@geneformer-ts/core/system';
import { type AnnData, columnAsStrings } from '@geneformer-ts/io';
import type { CallOptions } from '../call-options.js';
import type { LoadedModel } from '../pretrained/loaded-model.js';
import { tokenPartRows } from '../shards/part-rows.js';
import type { RowRun, Shard, ShardOutcome } from '../shards/row-run.js';
import { runOf } from '../shards/run-of.js';
import { joinTokens, tokenizeShard } from '../shards/token-run.js';
import { type CountOptions, countOptionNames, readingOf } from './count-options.js';
import { type TokenizedFile, tokenizeFile } from './tokenize-file.js';
import { tokenFormat } from './tokenized-cells.js';
import { withProgress } from './with-tokens.js';

/** Options of `Geneformer.tokenize`. */
export interface TokenizeFileOptions extends CallOptions, CountOptions {
  /** Obs columns to copy; default none. */
  attributes?: 'all' | readonly string[];
  /** Folder that `tokenizeShard` has filled: its tokens are joined. */
  parts?: string;
}

/** Options of `Geneformer.tokenizeShard`. */
export interface TokenizeShardOptions extends Omit<TokenizeFileOptions, 'parts'> {
  /** The share of this process; default everything. */
  shard?: Shard;
}

export const tokenizeFileOptionNames: OptionNames<TokenizeFileOptions> = {
  attributes: true,
  parts: true,
  ...countOptionNames,
};
export const tokenizeShardOptionNames: OptionNames<TokenizeShardOptions> = {
  attributes: true,
  shard: true,
  ...countOptionNames,
};

/** Writes the tokens of a file as a dataset: computed, or joined from the parts of a run. */
export function tokenizeOrJoin(
  loaded: LoadedModel,
  cells: AnnData,
  folder: string,
  options: TokenizeFileOptions,
): Promise<TokenizedFile> {
  const { parts, attributes = [] } = options;
  return withProgress(options, async (calls) => {
    if (parts !== undefined) return joinTokens(parts, await runOfTokens(loaded, cells, options), folder, calls);
    const format = tokenFormat(loaded.model, loaded.vocabulary);
    return tokenizeFile(cells, folder, format, { ...readingOf(options), attributes, ...calls });
  });
}

/** Tokenizes a share of a file into a folder. */
export function tokenizeShareOf(
  loaded: LoadedModel,
  cells: AnnData,
  folder: string,
  { shard = { index: 0, count: 1 }, ...options }: TokenizeShardOptions,
): Promise<ShardOutcome> {
  return withProgress(options, async (calls) => {
    const run = await runOfTokens(loaded, cells, options);
    const format = tokenFormat(loaded.model, loaded.vocabulary);
    const counts = { ...readingOf(options), attributes: options.attributes ?? [] };
    return tokenizeShard(folder, run, shard, cells, { format, counts }, calls);
  });
}

function runOfTokens(loaded: LoadedModel, cells: AnnData, options: TokenizeFileOptions): Promise<RowRun> {
  const { attributes = [] } = options;
  // Columns may come from another table than the file.
  const names = attributes === 'all' ? [...cells.obs.columns.keys()] : attributes;
  const columns = names.map((name) => [name, sha256(JSON.stringify(columnAsStrings(cells.obs.get(name))))]);
  const facts = { ...readingOf(options), columns, ...tokenFacts(loaded), source: basename(cells.path) };
  return runOf('tokenize', cells, loaded, tokenPartRows(cells.nObs), facts);
}

function tokenFacts(loaded: LoadedModel): { maxLength: number; keepCounts: boolean } {
  const { maxLength, keepCounts } = tokenFormat(loaded.model, loaded.vocabulary);
  return { maxLength, keepCounts };
}
