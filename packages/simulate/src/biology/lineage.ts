import { Xoshiro128 } from '@geneformer-ts/core';
import { lineageModules, place } from '../design/places.js';
import { streams } from '../design/streams.js';
import { sample } from '../random/sample.js';
import type { Abundance } from './abundance.js';
import type { Catalog } from '../genes/catalog.js';
import type { ShiftTable } from './shifts.js';

/** Anonymous axis genes per side of the continuum, for a pool of 9,400. */
const GENES_PER_SIDE = 150;
const SMALLEST_SHIFT = 0.25;
const LARGEST_SHIFT = 1;

/**
 * Adds anonymous genes that follow the cortex–medulla axis, each with one of the modules of its side.
 *
 * @returns all genes of the axis, markers included
 */
export function addLineage(table: ShiftTable, catalog: Catalog, abundance: Abundance, seed: number): number[] {
  const random = new Xoshiro128(seed, streams.lineage);
  const perSide = (GENES_PER_SIDE * abundance.pool.length) / 9400;
  const chosen = sample(random, abundance.pool, 2 * perSide);
  chosen.forEach((gene, rank) => {
    const side = rank % 2 ? 'm' : 'c';
    const shift = SMALLEST_SHIFT + (LARGEST_SHIFT - SMALLEST_SHIFT) * random.uniform();
    table.add(place(`${side} ${random.below(lineageModules) + 1}`), gene, shift);
  });
  return [...(catalog.markers.get('cTEC') ?? []), ...(catalog.markers.get('mTEC 1') ?? []), ...chosen];
}
