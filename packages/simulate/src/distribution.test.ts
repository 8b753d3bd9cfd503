/** Checks the properties of the default preset on fewer cells. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { columnAsStrings, type Values } from '@geneformer-ts/io';
import { cellTypes } from './design/cell-types.js';
import { simulateThymus } from './simulate-thymus.js';
import { median, quantile, rankAuc, slope } from './testing/statistics.js';

const cells = simulateThymus({ seed: 1, cells: 1500 });
const column = (name: string): (string | null)[] => columnAsStrings(cells.obs.columns.get(name)!);
const numbers = (name: string): number[] => {
  const values = cells.obs.columns.get(name);
  if (values?.kind !== 'number') throw new Error(`${name} is not a number column`);
  return Array.from(values.values);
};
const type = column('cell_type');
const geneOf = new Map(cells.truth.regulators.map(({ id }) => [id, cells.var.index.indexOf(id)]));
/** Counts by cell. */
const rows: { indices: Int32Array; data: Values }[] = [];

beforeAll(() => {
  for (const { indptr, indices, data, rows: n } of cells.blocks()) {
    for (let r = 0; r < n; r++) {
      rows.push({
        indices: indices.subarray(indptr[r], indptr[r + 1]),
        data: data.subarray(indptr[r], indptr[r + 1]),
      });
    }
  }
});

/** Counts per 10,000 by gene and cell. */
const levelsOf = new Map<number, Float64Array>();

beforeAll(() => {
  const totals = numbers('n_counts');
  const wanted = [
    ...cells.truth.cellTypes.flatMap(({ markers }) => markers.slice(0, 5).map((id) => cells.var.index.indexOf(id))),
    symbolIndex('TOP2A'),
  ];
  for (const gene of wanted) levelsOf.set(gene, new Float64Array(cells.nObs));
  rows.forEach(({ indices, data }, cell) => {
    indices.forEach((gene, k) => {
      const levels = levelsOf.get(gene);
      if (levels) levels[cell] = (data[k] / totals[cell]) * 1e4;
    });
  });
});

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const isSinglet = column('is_doublet').map((value) => value === 'false');

describe('depth', () => {
  test.each(['cTEC', 'mTEC 1', 'mcTEC'])('%s has the published median and quartiles within a factor of 7/6', (name) => {
    const nCounts = numbers('n_counts').filter((_, cell) => type[cell] === name);
    const { depth } = cellTypes.find((candidate) => candidate.name === name)!;
    const drawn = [0.25, 0.5, 0.75].map((at) => Math.log(quantile(nCounts, at)));
    expect(drawn).toBeAllClose(depth.slice(1, 4).map(Math.log), { rtol: 0, atol: Math.log(7 / 6) });
  });

  test.each([
    ['cTEC', 3890],
    ['mTEC 1', 3319],
    ['mcTEC', 3632],
  ])('%s has about %d genes per cell, as published', (name, published) => {
    const nGenes = numbers('n_genes').filter((_, cell) => type[cell] === name);
    expect(Math.abs(median(nGenes) / published - 1)).toBeLessThan(0.15);
  });
});

describe('labels', () => {
  test('have the published proportions: more medulla than cortex', () => {
    const labels = column('label').filter((label) => label !== null);
    const medullary = labels.filter((label) => label === 'mTEC').length / labels.length;
    expect(Math.abs(labels.length - (2600 / 6200) * 1500)).toBeLessThan(5);
    expect(medullary).toBeGreaterThan(0.5);
    expect(medullary).toBeLessThan(0.65);
  });

  test('every fold hint has both classes and whole donors', () => {
    const hints = numbers('fold_hint');
    const donor = column('donor_id');
    const label = column('label');
    for (let fold = 0; fold < 5; fold++) {
      const inFold = hints.flatMap((hint, cell) => (hint === fold ? [cell] : []));
      expect(new Set(inFold.map((cell) => label[cell]))).toEqual(new Set(['cTEC', 'mTEC']));
    }
    for (const name of new Set(donor)) {
      const own = new Set(hints.filter((hint, cell) => donor[cell] === name && !Number.isNaN(hint)));
      expect(own.size).toBeLessThanOrEqual(1);
    }
  });

  test('intermediate cells are on both sides of the axis, the other types on one', () => {
    const fate = numbers('truth_fate');
    const side = (name: string): number =>
      mean(fate.flatMap((f, cell) => (type[cell] === name ? [f > 0.5 ? 1 : 0] : [])));
    expect(side('cTEC')).toBe(0);
    expect(side('mTEC 1')).toBe(1);
    expect(Math.abs(side('mcTEC') - 0.5)).toBeLessThan(0.15);
  });
});

describe('markers', () => {
  test.each(cellTypes.filter(({ name }) => name !== 'cycling TEC').map(({ name }) => name))(
    'of %s are upregulated in that type',
    (name) => {
      const { markers } = cells.truth.cellTypes.find((candidate) => candidate.name === name)!;
      const ups = markers.slice(0, 5).map((id) => {
        const level = Array.from(levelsOf.get(cells.var.index.indexOf(id))!);
        const here = mean(level.filter((_, cell) => type[cell] === name && isSinglet[cell]));
        const elsewhere = mean(level.filter((_, cell) => type[cell] !== name));
        return Math.log2((here + 0.05) / (elsewhere + 0.05));
      });
      expect(median(ups)).toBeGreaterThan(1);
    },
  );

  test('of the cell cycle are upregulated in their phase', () => {
    const phase = column('truth_phase');
    const top2a = Array.from(levelsOf.get(symbolIndex('TOP2A'))!);
    const at = (name: string): number => mean(top2a.filter((_, cell) => phase[cell] === name));
    expect(at('G2M')).toBeGreaterThan(5 * at('G1'));
  });
});

describe('contamination', () => {
  test('3 % of a cell is ambient, and 3 % of barcodes are doublets', () => {
    const totals = numbers('n_counts');
    const share = mean(numbers('truth_ambient_counts').map((n, cell) => n / totals[cell]));
    expect(share).toBeGreaterThan(0.025);
    expect(share).toBeLessThan(0.035);
    const doublets = isSinglet.filter((single) => !single).length / 1500;
    // Three standard errors of a rate of 0.03.
    expect(Math.abs(doublets - 0.03)).toBeLessThan(0.0133);
  });

  test('ambient RNA adds hemoglobin to cells that do not express it', () => {
    const hemoglobin = (ambientFraction: number): number => {
      const some = simulateThymus({ seed: 1, cells: 150, ambientFraction, doubletRate: 0 });
      const genes = new Set(['HBA1', 'HBA2', 'HBB'].map(symbolIndex));
      const epithelial = columnAsStrings(some.obs.columns.get('is_tec')!);
      let counts = 0;
      for (const { rowStart, rows: n, indptr, indices, data } of some.blocks()) {
        for (let r = 0; r < n; r++) {
          if (epithelial[rowStart + r] === 'false') continue;
          for (let k = indptr[r]; k < indptr[r + 1]; k++) if (genes.has(indices[k])) counts += data[k];
        }
      }
      return counts;
    };
    expect(hemoglobin(0.2)).toBeGreaterThan(4 * hemoglobin(0));
  });
});

describe('regulators', () => {
  test('targets of sensitive factors respond far more steeply to the dose than those of insensitive ones', () => {
    const totals = numbers('n_counts');
    const truths = Array.from({ length: 1500 }, (_, cell) => cells.cellTruth(cell));
    const position = new Map(cells.var.index.map((id, gene) => [id, gene]));
    const steepness = (dosage: string): number[] =>
      cells.truth.regulators.flatMap((regulator, r) => {
        const home = regulator.activeIn.find((place) => type.includes(place));
        if (regulator.dosage !== dosage || home === undefined) return [];
        const inHome = type.flatMap((name, cell) => (name === home && isSinglet[cell] ? [cell] : []));
        if (inHome.length < 40) return [];
        const raised = Object.entries(regulator.targets).filter(([, weight]) => weight > 0);
        const targets = new Set(raised.map(([id]) => position.get(id)!));
        const level = inHome.map((cell) => {
          const { indices, data } = rows[cell];
          let sum = 0;
          indices.forEach((gene, k) => {
            if (targets.has(gene)) sum += data[k];
          });
          return Math.log((sum / totals[cell]) * 1e4 + 0.5);
        });
        const message = inHome.map((cell) => truths[cell].logDose[r] / regulator.coupling);
        return [slope(message, level)];
      });
    const sensitive = steepness('sensitive');
    const insensitive = steepness('insensitive');
    expect(sensitive.length).toBeGreaterThan(40);
    expect(median(sensitive)).toBeGreaterThan(0.3);
    expect(Math.abs(median(insensitive))).toBeLessThan(0.1);
    expect(rankAuc(sensitive, insensitive)).toBeGreaterThan(0.9);
  });

  test('the detection rate of a factor does not predict its class', () => {
    const seen = new Float64Array(cells.nVars);
    for (const { indices } of rows) for (const gene of indices) seen[gene]++;
    const rates = (dosage: string): number[] =>
      cells.truth.regulators.filter((r) => r.dosage === dosage).map(({ id }) => seen[geneOf.get(id)!]);
    expect(Math.abs(rankAuc(rates('sensitive'), rates('insensitive')) - 0.5)).toBeLessThan(0.1);
  });
});

function symbolIndex(symbol: string): number {
  const symbols = cells.var.columns.get('symbol');
  return symbols?.kind === 'string' ? symbols.values.indexOf(symbol) : -1;
}
