import { Xoshiro128 } from '@geneformer-ts/core';
import { openPlaces, place } from '../design/places.js';
import { streams } from '../design/streams.js';
import type { Catalog, DosageClass, FactorEntry } from '../genes/catalog.js';
import { sample } from '../random/sample.js';
import type { Abundance } from './abundance.js';
import { drawKinetics, type Kinetics } from './kinetics.js';
import { hill } from './response.js';
import type { ShiftTable } from './shifts.js';
import { homeOf } from './type-profiles.js';

/** A transcription factor with its active places and its effect on its targets. */
export interface Regulator extends Kinetics {
  gene: number;
  dosage: DosageClass;
  /** Places where it is active. */
  places: number[];
  /** Shift of its own mRNA level where it is active. */
  level: number;
  targets: Int32Array;
  /** Shift of each target at a response of 1; negative for repression. */
  weights: Float64Array;
}

/** Visible properties of a regulator in a count matrix. Both dosage classes draw from the same list. */
interface Appearance {
  places: number[];
  level: number;
}

const TARGETS = 24;
const REPRESSED_SHARE = 0.2;
/** Share of a place's markers that each of its lineage factors regulates, and the weight. */
const MARKER_SHARE = 0.4;
const MARKER_WEIGHT = 1.1;

/**
 * Draws the regulators and adds their effect on the markers of each cell type.
 *
 * Single genes do not separate the two dosage classes: every insensitive factor without a known lineage takes its level
 * and places from a sensitive one. Detection rate and mean level are therefore uninformative; co-expression is
 * informative.
 */
export function drawRegulators(table: ShiftTable, catalog: Catalog, abundance: Abundance, seed: number): Regulator[] {
  const random = new Xoshiro128(seed, streams.regulators);
  const sensitive = catalog.factors
    .filter((factor) => factor.dosage === 'sensitive')
    .map((factor) => appear(random, factor));
  let nextSensitive = 0;
  let nextInsensitive = random.below(sensitive.length);
  return catalog.factors.map((factor) => {
    const own = factor.dosage === 'sensitive' ? sensitive[nextSensitive++] : appear(random, factor);
    const model = factor.dosage === 'insensitive' ? sensitive[nextInsensitive++ % sensitive.length] : own;
    const regulator: Regulator = {
      gene: factor.gene,
      dosage: factor.dosage,
      places: factor.places.length ? own.places : model.places,
      level: model.level,
      ...drawKinetics(random, factor.dosage),
      ...drawTargets(random, abundance.pool),
    };
    if (factor.places.length) driveMarkers(table, catalog, random, regulator, factor.places);
    return regulator;
  });
}

function appear(random: Xoshiro128, factor: FactorEntry): Appearance {
  const places = factor.places.length ? factor.places : sample(random, openPlaces, 2 + random.below(4));
  return { places: places.map(place), level: 2.6 + 0.7 * random.normal() };
}

function drawTargets(random: Xoshiro128, pool: readonly number[]): { targets: Int32Array; weights: Float64Array } {
  const count = Math.min(TARGETS, Math.ceil(pool.length / 20));
  const targets = new Set<number>();
  while (targets.size < count) targets.add(pool[random.below(pool.length)]);
  const weights = Float64Array.from(targets, () => {
    const strength = 1 + 0.8 * random.uniform();
    return random.uniform() < REPRESSED_SHARE ? -strength : strength;
  });
  return { targets: Int32Array.from(targets), weights };
}

/**
 * Makes a lineage factor regulate a part of the markers of its places. Their fixed shift decreases by the same amount,
 * so that their normal level stays the same.
 */
function driveMarkers(
  table: ShiftTable,
  catalog: Catalog,
  random: Xoshiro128,
  regulator: Regulator,
  places: readonly string[],
): void {
  const driven: number[] = [];
  for (const name of places) {
    const list = markerLists[name] ?? name;
    (catalog.markers.get(list) ?? []).forEach((gene, rank) => {
      if (random.uniform() >= MARKER_SHARE) return;
      driven.push(gene);
      table.add(place(homeOf(list, rank)), gene, -MARKER_WEIGHT * hill(0, regulator.n, regulator.logHalf));
    });
  }
  const fresh = driven.filter((gene) => !regulator.targets.includes(gene));
  regulator.targets = Int32Array.from([...regulator.targets, ...fresh]);
  regulator.weights = Float64Array.from([...regulator.weights, ...fresh.map(() => MARKER_WEIGHT)]);
}

const markerLists: Record<string, string> = { c: 'cTEC', m: 'mTEC 1' };
