/** Options that several commands share, and functions that read values. */
import { InvalidArgumentError } from 'commander';
import { readVariable } from '@geneformer-ts/core/node';
import type { AnnDataOptions } from '@geneformer-ts/io/anndata';
import type { CountOptions } from '../cells/count-options.js';
import { numberOf, type Options, type OptionSpec, textOf } from './command.js';

/** Reads a whole number from `least`. */
export function wholeNumber(least = 0): (value: string) => number {
  return (value) => {
    const number = Number(value);
    if (/^\d+$/.test(value) && number >= least) return number;
    throw new InvalidArgumentError(`Use a whole number from ${least}.`);
  };
}

/** Reads a number from 0 to 1. */
export function share(value: string): number {
  const number = Number(value);
  if (value.trim() !== '' && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError('Use a number from 0 to 1.');
}

/** Reads a number above 0. */
export function positive(value: string): number {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('Use a number above 0.');
}

/** Reads names with commas between them. */
export function names(value: string): string[] {
  const list = value.split(',').map((name) => name.trim());
  if (list.every((name) => name !== '')) return list;
  throw new InvalidArgumentError('Use names with commas between them.');
}

/** The model of a command if none is given: the variable `GENEFORMER_MODEL`, else `mini`. */
export const DEFAULT_MODEL = readVariable('GENEFORMER_MODEL') ?? 'mini';

export const modelOption: OptionSpec = {
  flags: '-m, --model <name>',
  text: `mini, a published model such as V1-10M, or a folder (default: GENEFORMER_MODEL, else mini)`,
};

/** How counts are found. */
export const countOptions: readonly OptionSpec[] = [
  { flags: '--layer <name>', text: 'X, raw or a layer with raw counts (default: found)' },
  { flags: '--species <name>', text: 'species of the genes (default: found)', choices: ['human', 'mouse'] },
  { flags: '--genome <name>', text: 'genome of a 10x .h5 file with several' },
  { flags: '--modality <name>', text: 'modality of a MuData file' },
  { flags: '--obs <table>', text: 'CSV or TSV with a row per cell, joined to obs' },
  { flags: '--obs-join <column>', text: 'column of that table with the names of cells, or "order"' },
  { flags: '--allow-fractional', text: 'accept counts that are estimates, and not whole' },
  {
    flags: '--min-known-share <share>',
    text: 'least share of counts in genes that the model knows (default: 0.1)',
    read: share,
  },
];

/** Returns the options for reading counts. */
export function countsOf(options: Options): CountOptions {
  const layer = textOf(options, 'layer');
  const species = options['species'] as CountOptions['species'];
  const minKnownShare = numberOf(options, 'minKnownShare');
  return {
    ...(layer !== undefined && { layer }),
    ...(species && { species }),
    ...(options['allowFractional'] === true && { allowFractional: true }),
    ...(minKnownShare !== undefined && { minKnownShare }),
  };
}

/** Returns the options for opening a file. */
export function openingOf(options: Options): AnnDataOptions {
  const obs = textOf(options, 'obs');
  const genome = textOf(options, 'genome');
  const modality = textOf(options, 'modality');
  const join = textOf(options, 'obsJoin');
  return {
    ...(obs !== undefined && { obs }),
    ...(join !== undefined && { obsJoin: join === 'order' ? join : { column: join } }),
    ...(genome !== undefined && { genome }),
    ...(modality !== undefined && { modality }),
  };
}

/** Returns the bytes of a vector and its copy, for a run that reports `dimensions`. */
export function vectorBytes(json: object): number {
  return 2 * Float32Array.BYTES_PER_ELEMENT * (json as { dimensions: number }).dimensions;
}
