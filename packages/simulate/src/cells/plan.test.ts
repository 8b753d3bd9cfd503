import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cellTypes } from '../design/cell-types.js';
import { libraries } from '../design/libraries.js';
import { settle } from '../design/options.js';
import { planCells } from './plan.js';

const plan = planCells(settle({ seed: 1 }));
const typeCells = (name: string): number => plan.type.filter((type) => cellTypes[type].name === name).length;
const inLibrary = (library: string, type: string): number =>
  plan.type.filter((t, cell) => cellTypes[t].name === type && libraries[plan.library[cell]].id === library).length;

describe('planCells', () => {
  test('gives the epithelial types their published proportions among 2,600 cells', () => {
    const epithelial = plan.type.filter((type) => cellTypes[type].isTec).length;
    expect(epithelial).toBe(2600);
    expect(typeCells('cTEC')).toBe(Math.round((5766 / 19392) * 2600));
    expect(typeCells('mcTEC')).toBe(Math.round((4269 / 19392) * 2600));
  });

  test('gives each thymus library its published ratio of cTEC to mTEC 1', () => {
    const share = (id: string): number => inLibrary(id, 'cTEC') / (inLibrary(id, 'cTEC') + inLibrary(id, 'mTEC 1'));
    // T04 is rich in cortex, T11 in medulla; mTEC 1 are 0.836 of all mTEC.
    expect(share('T04')).toBeCloseTo(707 / (707 + 0.836 * 461), 1);
    expect(share('T11')).toBeCloseTo(264 / (264 + 0.836 * 921), 1);
  });

  test('keeps the cells of other tissues out of the thymus libraries', () => {
    plan.type.forEach((type, cell) => {
      const { tissue, isTec } = cellTypes[type];
      const library = libraries[plan.library[cell]];
      if (tissue !== undefined) expect(library.tissue).toBe(tissue);
      if (isTec) expect(library.tissue).toBe('thymus');
    });
  });

  test('has exactly the requested number of cells, each in a library with doublet partners', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), (cells) => {
        const { type, library, partners, counts } = planCells(settle({ seed: 0, cells }));
        expect(type).toHaveLength(cells);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(cells);
        expect(library.every((at) => partners[at] !== null)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
