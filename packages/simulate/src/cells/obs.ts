import type { Column, DataFrame } from '@geneformer-ts/io';
import { cellTypes } from '../design/cell-types.js';
import { donors, libraries, otherTissues } from '../design/libraries.js';
import type { CellMaker } from './cell-maker.js';
import { suggestFolds } from './folds.js';

const labels = ['cTEC', 'mTEC'];
const phases = ['G1', 'S', 'G2M'];
const tissues = ['thymus', ...otherTissues];
const typeNames = cellTypes.map((type) => type.name);

/** Columns that are computed when the counts are drawn; NaN until then. */
export interface CountColumns {
  nCounts: Float64Array;
  nGenes: Float64Array;
  ambientCounts: Float64Array;
}

/** Returns the table of cells, and those of its columns that the stream of blocks fills in. */
export function makeObs(maker: CellMaker): { obs: DataFrame; counted: CountColumns } {
  const { type, library } = maker.plan;
  const cells = type.length;
  const index: string[] = [];
  const isTec: boolean[] = [];
  const isDoublet: boolean[] = [];
  const labelCodes = new Int32Array(cells).fill(-1);
  const phaseCodes = new Int32Array(cells);
  const partnerCodes = new Int32Array(cells).fill(-1);
  const fate = new Float64Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    const { identity, partner } = maker.barcode(cell);
    index.push(`${libraries[library[cell]].id}-${String(cell + 1).padStart(6, '0')}`);
    isTec.push(cellTypes[type[cell]].isTec);
    isDoublet.push(partner !== null);
    if (partner) partnerCodes[cell] = partner.type;
    fate[cell] = identity.fate;
    if (isTec[cell]) labelCodes[cell] = identity.fate < 0.5 ? 0 : 1;
    phaseCodes[cell] = phases.indexOf(identity.phase);
  }
  const donor = Int32Array.from(library, (at) => donors.indexOf(libraries[at].donor));
  const pending = (): Float64Array => new Float64Array(cells).fill(NaN);
  const counted: CountColumns = { nCounts: pending(), nGenes: pending(), ambientCounts: pending() };
  const number = (values: Float64Array): Column => ({ kind: 'number', values });
  const coded = (categories: readonly string[], codes: Int32Array): Column => ({
    kind: 'categorical',
    categories: [...categories],
    codes,
  });
  const columns = new Map<string, Column>([
    ['cell_type', coded(typeNames, Int32Array.from(type))],
    ['label', coded(labels, labelCodes)],
    ['is_tec', { kind: 'boolean', values: isTec }],
    ['donor_id', coded(donors, donor)],
    [
      'library_id',
      coded(
        libraries.map(({ id }) => id),
        Int32Array.from(library),
      ),
    ],
    [
      'tissue',
      coded(
        tissues,
        Int32Array.from(library, (at) => tissues.indexOf(libraries[at].tissue)),
      ),
    ],
    ['organism', coded(['Homo sapiens (simulated)'], new Int32Array(cells))],
    ['n_counts', number(counted.nCounts)],
    ['n_genes', number(counted.nGenes)],
    ['is_doublet', { kind: 'boolean', values: isDoublet }],
    ['fold_hint', number(suggestFolds(donor, isTec))],
    ['truth_fate', number(fate)],
    ['truth_phase', coded(phases, phaseCodes)],
    ['truth_doublet_partner', coded(typeNames, partnerCodes)],
    ['truth_ambient_counts', number(counted.ambientCounts)],
  ]);
  return { obs: { index, columns }, counted };
}
