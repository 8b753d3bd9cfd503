import { Xoshiro128 } from '@geneformer-ts/core';
import { cellTypes } from '../design/cell-types.js';
import { libraries } from '../design/libraries.js';
import { streams } from '../design/streams.js';
import type { ThymusSettings } from '../design/options.js';
import { AliasTable } from '../random/alias.js';

/** Type and library of each cell. The numbers are fixed, so that the class mix does not vary by chance. */
export interface Plan {
  /** Cell type of each cell, an index into `cellTypes`. */
  type: Uint8Array;
  /** Library of each cell, an index into `libraries`. */
  library: Uint8Array;
  /** Draws the type of the second cell of a doublet in the proportions of a library; null for an empty library. */
  partners: (AliasTable | null)[];
  /** Number of cells, libraries × types, row-major. */
  counts: Int32Array;
}

/** Epithelial cells of the default preset; the other types of the table are additional. */
const EPITHELIAL_CELLS = 2600;

export function planCells(settings: ThymusSettings): Plan {
  const types = cellTypes.length;
  const published = cellTypes.reduce((sum, type) => sum + (type.isTec ? type.cells : 0), 0);
  const wanted = cellTypes.map((type) => (type.isTec ? (type.cells * EPITHELIAL_CELLS) / published : type.cells));
  const perType = apportion(wanted, settings.cells);
  const counts = new Int32Array(libraries.length * types);
  perType.forEach((cells, type) => {
    apportion(shares(type), cells).forEach((n, library) => (counts[library * types + type] = n));
  });

  const order: number[] = [];
  counts.forEach((n, slot) => {
    for (let i = 0; i < n; i++) order.push(slot);
  });
  new Xoshiro128(settings.seed, streams.plan).shuffle(order);
  return {
    type: Uint8Array.from(order, (slot) => slot % types),
    library: Uint8Array.from(order, (slot) => Math.floor(slot / types)),
    partners: libraries.map((_, library) => {
      const mix = counts.subarray(library * types, (library + 1) * types);
      return mix.some((n) => n > 0) ? new AliasTable(mix) : null;
    }),
    counts,
  };
}

/** Returns the share of a type's cells in each library. */
function shares(type: number): number[] {
  const { name, isTec, inThymus, tissue } = cellTypes[type];
  const thymus = libraries.map((library) => {
    if (name === 'cTEC') return library.cortical;
    if (isTec && name.startsWith('mTEC')) return library.medullary;
    return library.cortical + library.medullary;
  });
  const thymusTotal = thymus.reduce((sum, n) => sum + n, 0);
  const elsewhere = libraries.filter(
    (library) => library.tissue !== 'thymus' && library.tissue === (tissue ?? library.tissue),
  );
  return libraries.map((library, index) => {
    const other = elsewhere.includes(library) ? (1 - inThymus) / elsewhere.length : 0;
    return (inThymus * thymus[index]) / thymusTotal + other;
  });
}

/** Returns whole numbers that sum to `total` in the given proportions (largest remainder method). */
function apportion(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  const exact = weights.map((weight) => (weight * total) / sum);
  const whole = exact.map(Math.floor);
  const missing = total - whole.reduce((a, b) => a + b, 0);
  const byRemainder = exact.map((_, i) => i).sort((a, b) => exact[b] - whole[b] - (exact[a] - whole[a]) || a - b);
  for (const i of byRemainder.slice(0, missing)) whole[i]++;
  return whole;
}
