import { commonGenes } from './common.js';
import { markerGenes } from './markers.js';
import { lineageInsensitive, lineageSensitive, lineageUnlabelled } from './lineage-factors.js';
import { plainInsensitive, plainSensitive } from './plain-factors.js';

/** How the targets of a transcription factor respond to its dose in this model; null for factors without a label. */
export type DosageClass = 'sensitive' | 'insensitive' | null;

export interface FactorEntry {
  gene: number;
  dosage: DosageClass;
  /** Where it is active by name; empty for those that get their places by chance. */
  places: string[];
}

/** The genes of one simulation, in the order of the matrix's columns: real names first, then the simulated ones. */
export interface Catalogue {
  ids: string[];
  symbols: string[];
  /** Number of genes with a real name; the rest are `SIM…`. */
  named: number;
  markers: Map<string, number[]>;
  common: Map<string, number[]>;
  factors: FactorEntry[];
  /** Genes with simulated names. */
  anonymous: number[];
}

/** Below this many genes only the first of each list of real genes are used, so that simulated names remain. */
const ALL_NAMED_FROM = 3000;
/** Share of the genes with real names in a small simulation, about. */
const NAMED_SHARE = 0.55;

/** Lists `genes` genes: those of the tables, as far as there is room, and simulated names for the rest. */
export function buildCatalogue(genes: number): Catalogue {
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
  addLineage(lineageUnlabelled, null);

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
  const factors = [lineageSensitive, lineageInsensitive, lineageUnlabelled];
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
