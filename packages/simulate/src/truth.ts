import type { Biology } from './biology/biology.js';
import { sensitivity } from './biology/response.js';
import { cellTypes } from './design/cell-types.js';
import { libraries } from './design/libraries.js';
import type { ThymusSettings } from './design/options.js';
import { placeNames } from './design/places.js';
import type { DosageClass } from './genes/catalog.js';

export interface RegulatorTruth {
  id: string;
  symbol: string;
  dosage: DosageClass;
  /** Hill coefficient, and dose of half response; the normal dose is 1. */
  hill: number;
  halfDose: number;
  /** Share of a change of the mRNA level that reaches the dose; below 1 with feedback. */
  coupling: number;
  /** Derivative of the response by the log mRNA level, at the normal dose. */
  sensitivity: number;
  /** Correlation of the mRNA level with the cell's cofactor state and buffer state. */
  cofactor: number;
  buffer: number;
  /** Places where it is active: cell types, `TEC`, or `c` and `m`, the two ends of the continuum. */
  activeIn: string[];
  /** Target genes by id, with the shift of their log level at full response. */
  targets: Record<string, number>;
}

/** Ground truth of a simulation, which would be unknown for real cells. Plain data that can be saved as JSON. */
export interface ThymusTruth {
  schema: 1;
  synthetic: true;
  statement: string;
  settings: ThymusSettings;
  cellTypes: { name: string; isTec: boolean; markers: string[] }[];
  libraries: { id: string; donor: string; tissue: string }[];
  regulators: RegulatorTruth[];
  programmes: { name: string; genes: string[] }[];
  /** Tissue antigens by cluster; AIRE opens each cluster as a whole. */
  antigenClusters: string[][];
  /** Genes that differ between cortex and medulla. */
  axisGenes: string[];
}

const STATEMENT =
  'Simulated. Gene names of known genes are used for readability; levels, dosage classes, responses and targets are ' +
  'properties of this simulation and say nothing about the genes, cells or donors of that name.';

export function tellTruth(biology: Biology, settings: ThymusSettings): ThymusTruth {
  const { ids, symbols, markers } = biology.catalog;
  const idsOf = (genes: Iterable<number>): string[] => Array.from(genes, (gene) => ids[gene]);
  const markersOf = (name: string): string[] =>
    (name === 'TEC myo/neuro' ? ['TEC myo', 'TEC neuro'] : name === 'cycling TEC' ? [] : [name]).flatMap((list) =>
      idsOf(markers.get(list) ?? []),
    );
  return {
    schema: 1,
    synthetic: true,
    statement: STATEMENT,
    settings,
    cellTypes: cellTypes.map(({ name, isTec }) => ({ name, isTec, markers: markersOf(name) })),
    libraries: libraries.map(({ id, donor, tissue }) => ({ id, donor, tissue })),
    regulators: biology.regulators.map((regulator) => ({
      id: ids[regulator.gene],
      symbol: symbols[regulator.gene],
      dosage: regulator.dosage,
      hill: round(regulator.n),
      halfDose: round(Math.exp(regulator.logHalf)),
      coupling: regulator.coupling,
      sensitivity: round(sensitivity(regulator.n, regulator.logHalf, regulator.coupling)),
      cofactor: round(regulator.cofactor),
      buffer: round(regulator.buffer),
      activeIn: regulator.places.map((place) => placeNames[place]),
      targets: Object.fromEntries(Array.from(regulator.targets, (gene, k) => [ids[gene], round(regulator.weights[k])])),
    })),
    programmes: biology.programs.map(({ name, genes }) => ({ name, genes: idsOf(genes) })),
    antigenClusters: biology.antigens.clusters.map((cluster) => idsOf(cluster)),
    axisGenes: idsOf(biology.axis),
  };
}

/** Rounds to four decimals, for readability. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
