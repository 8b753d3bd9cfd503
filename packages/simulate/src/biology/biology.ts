import { buildCatalog, type Catalog } from '../genes/catalog.js';
import { drawAbundance } from './abundance.js';
import { drawAntigens, type Antigens } from './antigens.js';
import { addLineage } from './lineage.js';
import { drawPrograms, type Program } from './programs.js';
import { drawRegulators, type Regulator } from './regulators.js';
import { ShiftTable, type Shifts } from './shifts.js';
import { addTypeProfiles } from './type-profiles.js';

/** Properties of the genes that do not depend on the cells. */
export interface Biology {
  catalog: Catalog;
  base: Float64Array;
  size: Float64Array;
  /** By place. */
  profiles: Shifts[];
  regulators: Regulator[];
  programs: Program[];
  antigens: Antigens;
  /** Genes that differ between cortex and medulla. */
  axis: number[];
  /** Position of AIRE among the regulators. */
  aire: number;
}

/** Draws the biology of `genes` genes. It depends only on the seed and the number of genes, not on the cells. */
export function drawBiology(genes: number, seed: number): Biology {
  const catalog = buildCatalog(genes);
  const abundance = drawAbundance(catalog, seed);
  const table = new ShiftTable();
  addTypeProfiles(table, catalog, abundance, seed);
  const axis = addLineage(table, catalog, abundance, seed);
  const regulators = drawRegulators(table, catalog, abundance, seed);
  const programs = drawPrograms(catalog, abundance, axis, seed);
  return {
    catalog,
    base: abundance.base,
    size: abundance.size,
    profiles: table.finish(),
    regulators,
    programs,
    antigens: drawAntigens(abundance.antigens, seed),
    axis,
    aire: regulators.findIndex((regulator) => catalog.symbols[regulator.gene] === 'AIRE'),
  };
}
