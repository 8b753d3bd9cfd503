import { commonGenes } from './common.js';
import { markerGenes } from './markers.js';
import { lineageInsensitive, lineageSensitive, lineageUnlabeled } from './lineage-factors.js';
import { plainInsensitive, plainSensitive } from './plain-factors.js';

/** Dosage class of a transcription factor in this model; null for factors without a label. */
export type DosageClass = 'sensitive' | 'insensitive' | null;

export interface FactorEntry {
  gene: number;
  dosage: DosageClass;
  /** Names of the places where it is active; empty for factors with random places. */
  places: string[];
}

/** The genes of a simulation, in the column order of the matrix: real names first, then simulated ones. */
export interface Catalog {
  ids: string[];
  symbols: string[];
  /** Number of genes with a real name; the others are `SIM…`. */
  named: number;
  markers: Map<string, number[]>;
  common: Map<string, number[]>;
  factors: FactorEntry[];
  /** Genes with simulated names. */
  anonymous: number[];
}

/** Below this number of genes, each list of real genes is shortened, so that there are also simulated names. */
const ALL_NAMED_FROM = 3000;
/** Approximate share of genes with real names in a small simulation. */
const NAMED_SHARE = 0.55;

/** Returns a catalog of `genes` genes: those of the tables as far as they fit, then genes with simulated names. */
export function buildCatalog(genes: number): Catalog {
  const ids: string[] = [];
  const symbols: string[] = [];
  const kept = genes >= ALL_NAMED_FROM ? 1 : Math.min(1, (genes * NAMED_SHARE) / countNamed());

  const add = (entry: string): number => {
    const [symbol, number] = entry.split(':') as [string, string];
    symbols.push(symbol);
    ids.push(`ENSG${number.padStart(11, '0')}`);
    return ids.length - 1;
  };
  const addSets = (sets: Record<string, string>): Map<string, number[]> =>
    new Map(Object.entries(sets).map(([name, text]) => [name, first(words(text), kept).map(add)]));

  const markers = addSets(markerGenes);
  const common = addSets(commonGenes);
  const factors: FactorEntry[] = [];
  const addLineage = (text: string, dosage: DosageClass): void => {
    for (const line of first(lines(text), kept)) {
      const space = line.indexOf(' ');
      factors.push({ gene: add(line.slice(0, space)), dosage, places: line.slice(space + 1).split(',') });
    }
  };
  const addPlain = (text: string, dosage: DosageClass): void => {
    for (const word of first(words(text), kept)) factors.push({ gene: add(word), dosage, places: [] });
  };
  addLineage(lineageSensitive, 'sensitive');
  addPlain(plainSensitive, 'sensitive');
  addLineage(lineageInsensitive, 'insensitive');
  addPlain(plainInsensitive, 'insensitive');
  addLineage(lineageUnlabeled, null);

  const named = ids.length;
  const anonymous: number[] = [];
  for (let gene = named; gene < genes; gene++) {
    const number = gene - named + 1;
    symbols.push(`SIM${String(number).padStart(5, '0')}`);
    ids.push(`SIMG${String(number).padStart(11, '0')}`);
    anonymous.push(gene);
  }
  return { ids, symbols, named, markers, common, factors, anonymous };
}

function countNamed(): number {
  const sets = [...Object.values(markerGenes), ...Object.values(commonGenes), plainSensitive, plainInsensitive];
  const factors = [lineageSensitive, lineageInsensitive, lineageUnlabeled];
  return (
    sets.reduce((total, text) => total + words(text).length, 0) +
    factors.reduce((total, text) => total + lines(text).length, 0)
  );
}

function first<T>(items: T[], share: number): T[] {
  return items.slice(0, Math.ceil(items.length * share));
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function lines(text: string): string[] {
  return text
    .trim()
    .split('\n')
    .map((line) => line.trim());
}
