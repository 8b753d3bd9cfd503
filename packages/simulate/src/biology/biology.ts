import { buildCatalogue, type Catalogue } from '../genes/catalogue.js';
import { drawAbundance } from './abundance.js';
import { drawAntigens, type Antigens } from './antigens.js';
import { addLineage } from './lineage.js';
import { drawProgrammes, type Programme } from './programmes.js';
import { drawRegulators, type Regulator } from './regulators.js';
import { ShiftTable, type Shifts } from './shifts.js';
import { addTypeProfiles } from './type-profiles.js';

/** Everything about the genes that does not depend on the cells. */
export interface Biology {
  catalogue: Catalogue;
  base: Float64Array;
  size: Float64Array;
  /** By place. */
  profiles: Shifts[];
  regulators: Regulator[];
  programmes: Programme[];
  antigens: Antigens;
  /** Genes that tell cortex from medulla. */
  axis: number[];
  /** Position of AIRE among the regulators. */
  aire: number;
}

/** Draws the biology of `genes` genes. The same seed and number of genes give the same biology whatever the cells. */
export function drawBiology(genes: number, seed: number): Biology {
  const catalogue = buildCatalogue(genes);
  const abundance = drawAbundance(catalogue, seed);
  const table = new ShiftTable();
  addTypeProfiles(table, catalogue, abundance, seed);
  const axis = addLineage(table, catalogue, abundance, seed);
  const regulators = drawRegulators(table, catalogue, abundance, seed);
  const programmes = drawProgrammes(catalogue, abundance, axis, seed);
  return {
    catalogue,
    base: abundance.base,
    size: abundance.size,
    profiles: table.finish(),
    regulators,
    programmes,
    antigens: drawAntigens(abundance.antigens, seed),
    axis,
    aire: regulators.findIndex((regulator) => catalogue.symbols[regulator.gene] === 'AIRE'),
  };
}
