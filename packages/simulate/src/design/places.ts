/**
 * Places: the axes along which a cell's identity is written. A cell has a weight from 0 to 1 in each place, and what
 * a gene does in the cell is the sum over places of weight × shift. An ordinary cell has one place with weight 1. A
 * thymic epithelial cell has `TEC`, a split between cortical and medullary modules that is its position on the
 * continuum, and perhaps a medullary programme on top.
 */
export const lineageModules = 4;

const cortical = Array.from({ length: lineageModules }, (_, k) => `c ${k + 1}`);
const medullary = Array.from({ length: lineageModules }, (_, k) => `m ${k + 1}`);

/** `c` and `m` are the means of their modules: what regulators follow. */
export const placeNames: readonly string[] = [
  'TEC',
  'c',
  'm',
  ...cortical,
  ...medullary,
  'mcTEC',
  'mTEC 2',
  'mTEC 3/4',
  'TEC myo',
  'TEC neuro',
  'thymocyte DN',
  'thymocyte DP',
  'thymocyte SP',
  'B cell',
  'macrophage',
  'dendritic cell',
  'fibroblast',
  'endothelial cell',
  'pericyte',
  'erythroid cell',
  'cardiomyocyte',
  'hepatocyte',
  'neuron',
  'keratinocyte',
  'lung epithelial cell',
  'enterocyte',
];

export const placeCount = placeNames.length;

const numberOf = new Map(placeNames.map((name, index) => [name, index]));

/**
 * Position of a place in a weight vector; the names are this package's own, so an unknown one is a programming error.
 */
export function place(name: string): number {
  const index = numberOf.get(name);
  if (index === undefined) throw new RangeError(`no place is called "${name}"`);
  return index;
}

/**
 * Places where a regulator without a known lineage may be active: whole cell types, so that none tells cortex from
 * medulla.
 */
export const openPlaces: readonly string[] = ['TEC', ...placeNames.slice(placeNames.indexOf('thymocyte DN'))];

/** Cell types with common descent share a part of their expression. */
export const kinships: readonly (readonly string[])[] = [
  ['TEC', 'keratinocyte', 'lung epithelial cell', 'enterocyte', 'hepatocyte'],
  ['TEC', 'keratinocyte'],
  ['thymocyte DN', 'thymocyte DP', 'thymocyte SP', 'B cell', 'macrophage', 'dendritic cell', 'erythroid cell'],
  ['thymocyte DN', 'thymocyte DP', 'thymocyte SP'],
  ['thymocyte DP', 'thymocyte SP'],
  ['macrophage', 'dendritic cell'],
  ['B cell', 'dendritic cell'],
  ['fibroblast', 'pericyte', 'endothelial cell', 'cardiomyocyte'],
  ['fibroblast', 'pericyte'],
];
