import type { OptionNames } from '@geneformer-ts/core';
import type { CallOptions } from '../call-options.js';
import type { Species } from './species.js';

/** How the counts of a file are read. */
export interface CountOptions {
  /** `X`, `raw` or the name of a layer. Default: the first of these with whole numbers. */
  layer?: string;
  /** Default: recognized by the gene ids. Mouse genes are replaced by their one-to-one human orthologs. */
  species?: Species;
  /** Minimum share of the counts in genes that the model knows; default 0.1. */
  minKnownShare?: number;
  /** Whether counts may be fractional, as those of tools that estimate them; default false. */
  allowFractional?: boolean;
}

/** Names of the options of calls that read counts. */
export const countOptionNames: OptionNames<CountOptions & CallOptions> = {
  layer: true,
  species: true,
  minKnownShare: true,
  allowFractional: true,
  onProgress: true,
  signal: true,
};

/** Returns only the options for reading counts that are given, with those of a call. */
function countOptionsOf(options: CountOptions & CallOptions): CountOptions & CallOptions {
  const known = Object.keys(countOptionNames) as (keyof CountOptions)[];
  return Object.fromEntries(known.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}

/** Returns only the options that decide what is read, without those of a call. */
export function readingOf(options: CountOptions & CallOptions): CountOptions {
  const { onProgress: _, signal: __, ...counts } = countOptionsOf(options);
  return counts;
}

/** Returns the options of the tokenizer for the counts of a file. */
export function tokenizerOptions(
  { minKnownShare, allowFractional }: CountOptions,
  species: Species,
): { symbols: true; minKnownShare?: number; allowFractional?: boolean; geneIds?: 'index' } {
  return {
    symbols: true,
    ...(minKnownShare !== undefined && { minKnownShare }),
    ...(allowFractional !== undefined && { allowFractional }),
    ...(species === 'mouse' && { geneIds: 'index' }),
  };
}
