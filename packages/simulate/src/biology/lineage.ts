import { Xoshiro128 } from '@geneformer-ts/core';
import { lineageModules, place } from '../design/places.js';
import { streams } from '../design/streams.js';
import { sample } from '../random/sample.js';
import type { Abundance } from './abundance.js';
import type { Catalogue } from '../genes/catalogue.js';
import type { ShiftTable } from './shifts.js';

/** Anonymous genes of each side of the continuum, among 9,400 free ones. */
const GENES_PER_SIDE = 150;
const SMALLEST_SHIFT = 0.25;
const LARGEST_SHIFT = 1;

/**
 * Anonymous genes that follow the cortex–medulla axis, each with one of the modules of its side.
 *
 * @returns all genes of the axis, markers included
 */
export function addLineage(table: ShiftTable, catalogue: Catalogue, abundance: Abundance, seed: number): number[] {
  const random = new Xoshiro128(seed, streams.lineage);
  const perSide = (GENES_PER_SIDE * abundance.pool.length) / 9400;
  const chosen = sample(random, abundance.pool, 2 * perSide);
  chosen.forEach((gene, rank) => {
    const side = rank % 2 ? 'm' : 'c';
    const shift = SMALLEST_SHIFT + (LARGEST_SHIFT - SMALLEST_SHIFT) * random.uniform();
    table.add(place(`${side} ${random.below(lineageModules) + 1}`), gene, shift);
  });
  return [...(catalogue.markers.get('cTEC') ?? []), ...(catalogue.markers.get('mTEC 1') ?? []), ...chosen];
}
