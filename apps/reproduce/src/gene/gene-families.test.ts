import { expect, test } from '@jest/globals';
import { familyOf, isZincFinger } from './gene-families.js';
import { profileFeatures } from './profile-features.js';

test.each([
  ['HOXA9', 'HOX'],
  ['HOXD13', 'HOX'],
  ['FOXP3', 'FOX'],
  ['NR1H4', 'NR'],
  ['NR2F1', 'NR'],
  ['NKX2-1', 'NKX'],
  ['POU5F1', 'POU'],
  ['GATA4', 'GATA'],
  ['ZKSCAN1', 'zinc finger'],
  ['AIRE', 'AIRE'],
])('%s is in family %s', (symbol, family) => expect(familyOf(symbol)).toBe(family));

test('only ZNF, ZSCAN and ZKSCAN are the zinc fingers of the rule', () => {
  expect(['ZNF10', 'ZSCAN2', 'ZKSCAN8', 'ZBTB16', 'ZEB1', 'GLI3'].map(isZincFinger)).toEqual([
    ...[true, true, true],
    ...[false, false, false],
  ]);
});

test('features tell a gene that is expressed everywhere from one that is specific, and from one that is unknown', () => {
  const profiles = {
    genes: ['A', 'B', 'C'],
    names: ['x', 'y'],
    values: [
      [5, 5, 0],
      [5, 0, 5],
    ].map((own) => Float64Array.from(own)),
  };
  const { cols, data } = profileFeatures(profiles, [0, 1, -1]);
  const tau = [0, 1, 2].map((row) => data[row * cols + 8]);
  expect(tau).toEqual([0, 1, 0]);
  expect([...data.subarray(2 * cols)].slice(1)).toEqual(new Array(8).fill(0));
});
