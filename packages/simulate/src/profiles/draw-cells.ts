import { ArgumentError, checkOptions, type OptionNames, Xoshiro128 } from '@geneformer-ts/core';
import { AliasTable } from '../random/alias.js';

/** Options of {@link drawCells}. */
export interface DrawOptions {
  cells: number;
  /** Counts per cell: log-normal with this median and this standard deviation of the natural logarithm. */
  depth: { median: number; sigma: number };
  seed: number;
  /** Separates the random streams of profiles with the same seed. Default 0. */
  stream?: number;
}

const known: OptionNames<DrawOptions> = { cells: true, depth: true, seed: true, stream: true };

/** Cells as sparse rows with ascending genes; `data` contains whole numbers above 0. */
export interface DrawnCells {
  rows: number;
  cols: number;
  indptr: Int32Array;
  indices: Int32Array;
  data: Float32Array;
}

/**
 * Draws cells from a measured mean profile: a log-normal depth per cell, and a multinomial over the genes with the
 * profile as weights. Cells of one profile differ only by depth and sampling noise.
 *
 * ```ts
 * drawCells([5, 0, 1], { cells: 2, depth: { median: 100, sigma: 0.3 }, seed: 0 });
 * ```
 *
 * @param profile mean expression of each gene, on any linear scale
 * @throws ArgumentError when the profile is empty or has a value that is negative or not finite, or an option is out of
 *   range
 */
export function drawCells(profile: ArrayLike<number>, options: DrawOptions): DrawnCells {
  checkOptions('drawCells', options, known);
  const { cells, depth, seed, stream = 0 } = options;
  check(profile, options);
  const table = new AliasTable(profile);
  const counts = new Int32Array(profile.length);
  const indptr = new Int32Array(cells + 1);
  const indices: Int32Array[] = [];
  const data: Float32Array[] = [];
  for (let cell = 0; cell < cells; cell++) {
    const random = new Xoshiro128(seed, PURPOSE, stream, cell);
    const molecules = Math.max(1, Math.round(depth.median * Math.exp(depth.sigma * random.normal())));
    const genes = drawCounts(table, molecules, random, counts);
    indices.push(genes);
    data.push(Float32Array.from(genes, (gene) => counts[gene]));
    for (const gene of genes) counts[gene] = 0;
    indptr[cell + 1] = indptr[cell] + genes.length;
  }
  return {
    rows: cells,
    cols: profile.length,
    indptr,
    indices: joined(indices, Int32Array),
    data: joined(data, Float32Array),
  };
}

/** Separates these random streams from those of the thymus. */
const PURPOSE = 0x70726f66;

/** Fills `counts` and returns the genes with counts, ascending. */
function drawCounts(table: AliasTable, molecules: number, random: Xoshiro128, counts: Int32Array): Int32Array {
  const touched = new Int32Array(Math.min(molecules, counts.length));
  let genes = 0;
  for (let molecule = 0; molecule < molecules; molecule++) {
    const gene = table.draw(random);
    if (counts[gene]++ === 0) touched[genes++] = gene;
  }
  return touched.subarray(0, genes).sort();
}

function joined<T extends Int32Array | Float32Array>(parts: readonly T[], type: new (length: number) => T): T {
  const all = new type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function check(profile: ArrayLike<number>, { cells, depth: { median, sigma } }: DrawOptions): void {
  let total = 0;
  for (let gene = 0; gene < profile.length; gene++) {
    const value = profile[gene];
    if (!(value >= 0 && value < Infinity)) throw ArgumentError.of(`profile[${gene}]`, value, 'a number from 0');
    total += value;
  }
  if (!(total > 0)) throw ArgumentError.of('profile', total, 'at least one gene above 0');
  if (!Number.isInteger(cells) || cells < 0) throw ArgumentError.of('cells', cells, 'a whole number from 0');
  if (!(median > 0 && sigma >= 0 && Number.isFinite(median + sigma))) {
    throw ArgumentError.of('depth', { median, sigma }, 'a median above 0 and a sigma from 0');
  }
}
