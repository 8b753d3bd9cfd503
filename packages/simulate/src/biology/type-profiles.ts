import { Xoshiro128 } from '@geneformer-ts/core';
import { streams } from '../design/streams.js';
import { kinships, lineageModules, openPlaces, place } from '../design/places.js';
import type { Catalog } from '../genes/catalog.js';
import { sample } from '../random/sample.js';
import type { Abundance } from './abundance.js';
import type { ShiftTable } from './shifts.js';

/** Level of the strongest marker where it is expressed, and the decrease per next marker in the list. */
const MARKER_LEVEL = 2.9;
const MARKER_STEP = 0.09;
/** A marker in a type that borrows it is this much lower than in its own type. */
const BORROWED_BELOW = 0.8;

/** Types whose first markers dominate the counts of the cell. */
const flooded: Record<string, number> = {
  'erythroid cell': 4.2,
  hepatocyte: 1.6,
  cardiomyocyte: 1,
  'lung epithelial cell': 1.2,
};
const FLOOD_GENES = 5;

/**
 * Markers that a type shares with the list of another type, as in real tissue: a single gene rarely identifies a type.
 */
const borrowed: Record<string, string> = {
  TEC: 'EPCAM KRT8 KRT18 HLA-DRA CD74 CLDN1 CST3',
  'B cell': 'HLA-DRA HLA-DPA1 HLA-DQA1 CIITA CD40 CD74 LTB CD27',
  macrophage: 'HLA-DRA HLA-DPA1 CD74 CTSL CD86 APOE CST3 CD4',
  'dendritic cell': 'HLA-DRA HLA-DPA1 HLA-DQA1 CIITA CD40 CD74 CD86 CD80 CCR7 CD1C LYZ',
  'thymocyte SP': 'CD4 CD8A CD8B CD3D TRBC2 LCK SELL CD44',
  'thymocyte DP': 'CD3E TRAC CD5 CD2 SATB1 PTCRA',
  fibroblast: 'FN1 PDPN CXCL12 IGFBP5 IGFBP6 CAV1 TNC CXCL14',
  'endothelial cell': 'CAV1 FN1 CD34 IFI27',
  pericyte: 'DES IGFBP5 COL1A2 COL3A1 CAV1',
  cardiomyocyte: 'DES TTN MB ACTC1 CRYAB',
  neuron: 'STMN2 SNAP25 TUBB3 GAP43 SYP UCHL1 APOE',
  keratinocyte: 'KRT14 KRT5 KRT15 KRT1 KRT10 IVL KRTDAP LGALS7 CALML5 ITGB4 S100A14 KRT17',
  'lung epithelial cell': 'EPCAM KRT8 KRT18 SLPI MUC1 WFDC2 KRT7 CLDN4 CD74',
  enterocyte: 'KRT8 KRT18 PIGR TFF3 CLDN3 CLDN4 KRT19',
  hepatocyte: 'KRT8 KRT18 APOE',
};

/** Number of anonymous genes that are upregulated in each epithelial state, and the largest shift. */
const tecStates: Record<string, readonly [number, number]> = {
  mcTEC: [40, 0.9],
  'mTEC 2': [90, 1.6],
  'mTEC 3/4': [70, 1.6],
  'TEC myo': [110, 2.4],
  'TEC neuro': [110, 2.4],
};

/** Adds the profile of each place: marker genes, genes shared by related types, and anonymous genes. */
export function addTypeProfiles(table: ShiftTable, catalog: Catalog, abundance: Abundance, seed: number): void {
  const random = new Xoshiro128(seed, streams.types);
  const { pool, base } = abundance;
  const shiftSome = (at: number, share: number, spread: number): void => {
    for (const gene of pool) if (random.uniform() < share) table.add(at, gene, spread * random.normal());
  };
  for (const family of kinships) {
    const shared = pool.filter(() => random.uniform() < 0.07).map((gene) => [gene, 0.7 * random.normal()] as const);
    for (const name of family) for (const [gene, by] of shared) table.add(place(name), gene, by);
  }
  for (const name of openPlaces) {
    const at = place(name);
    shiftSome(at, 0.15, 0.8);
    for (const gene of sample(random, pool, pool.length * 0.008)) table.add(at, gene, 1 + 2 * random.uniform());
    for (const set of catalog.common.values()) for (const gene of set) table.add(at, gene, 0.25 * random.normal());
  }
  for (const [name, [count, largest]] of Object.entries(tecStates)) {
    for (const gene of sample(random, pool, (count * pool.length) / 9400)) {
      table.add(place(name), gene, largest * (0.3 + 0.7 * random.uniform()));
    }
  }
  for (const [list, genes] of catalog.markers) {
    if (list === 'antigen') continue;
    genes.forEach((gene, rank) => {
      const flood = rank < FLOOD_GENES ? (flooded[list] ?? 0) : 0;
      const level = MARKER_LEVEL + flood - MARKER_STEP * rank + 0.4 * random.normal();
      table.add(place(homeOf(list, rank)), gene, level - base[gene]);
    });
  }
  const numberOf = new Map(catalog.symbols.map((symbol, gene) => [symbol, gene]));
  for (const [name, symbols] of Object.entries(borrowed)) {
    for (const symbol of symbols.split(' ')) {
      const gene = numberOf.get(symbol);
      if (gene === undefined) continue;
      table.add(place(name), gene, MARKER_LEVEL - BORROWED_BELOW + 0.4 * random.normal() - base[gene]);
    }
  }
}

/**
 * Returns the place where a marker is upregulated. The two ends of the continuum spread their markers over their
 * modules.
 */
export function homeOf(list: string, rank: number): string {
  if (list === 'cTEC') return `c ${(rank % lineageModules) + 1}`;
  if (list === 'mTEC 1') return `m ${(rank % lineageModules) + 1}`;
  return list;
}
