/**
 * Number of modules on each side of the cortex–medulla axis.
 *
 * Places are the axes of a cell's identity. A cell has a weight from 0 to 1 in each place, and the shift of a gene is
 * the sum over places of weight × shift. A non-epithelial cell has one place with weight 1. A thymic epithelial cell
 * has `TEC`, cortical and medullary modules that encode its position on the continuum, and possibly a medullary
 * program.
 */
export const lineageModules = 4;

const cortical = Array.from({ length: lineageModules }, (_, k) => `c ${k + 1}`);
const medullary = Array.from({ length: lineageModules }, (_, k) => `m ${k + 1}`);

/** Names of all places. `c` and `m` are the means of their modules; regulators follow them. */
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

/** Returns the index of a place in a weight vector. */
export function place(name: string): number {
  const index = numberOf.get(name);
  if (index === undefined) throw new RangeError(`place "${name}" does not exist; use a name of placeNames`);
  return index;
}

/**
 * Places where a regulator without a known lineage may be active: whole cell types, so that none separates cortex from
 * medulla.
 */
export const openPlaces: readonly string[] = ['TEC', ...placeNames.slice(placeNames.indexOf('thymocyte DN'))];

/** Related cell types, which share a part of their expression. */
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
