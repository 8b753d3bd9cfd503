import { describe, expect, test } from '@jest/globals';
import { drawBiology } from './biology.js';
import { hill, sensitivity, SILENT } from './response.js';

const { regulators, catalog, aire } = drawBiology(12_000, 1);
const of = (dosage: string) => regulators.filter((regulator) => regulator.dosage === dosage);
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('response', () => {
  test("is Hill's function of the dose", () => {
    for (const [dose, n, half] of [
      [0.5, 4, 1],
      [1, 1, 0.1],
      [2, 6.5, 0.9],
    ] as const) {
      expect(hill(Math.log(dose), n, Math.log(half))).toBeCloseTo(dose ** n / (dose ** n + half ** n), 12);
    }
  });

  test('sensitivity is its slope at the normal dose, seen through feedback', () => {
    const step = 1e-5;
    const slope = (hill(0.35 * step, 3, -0.2) - hill(-0.35 * step, 3, -0.2)) / (2 * step);
    expect(sensitivity(3, -0.2, 0.35)).toBeCloseTo(slope, 8);
  });
});

describe('regulators', () => {
  test('half the dose removes most of the response of sensitive factors, but not of insensitive ones', () => {
    const kept = (dosage: string): number[] =>
      of(dosage).map(({ n, logHalf, coupling }) => hill(coupling * Math.log(0.5), n, logHalf) / hill(0, n, logHalf));
    expect(Math.max(...kept('sensitive'))).toBeLessThan(0.4);
    expect(Math.min(...kept('insensitive'))).toBeGreaterThan(0.9);
  });

  test('an inactive factor hardly changes its targets, steep or not', () => {
    expect(mean(of('sensitive').map(({ n, logHalf }) => hill(SILENT, n, logHalf)))).toBeLessThan(0.001);
    expect(mean(of('insensitive').map(({ n, logHalf }) => hill(SILENT, n, logHalf)))).toBeLessThan(0.25);
  });

  test('both classes have the same levels, number of places and variability', () => {
    const differs = (measure: (regulator: (typeof regulators)[number]) => number): number =>
      Math.abs(mean(of('sensitive').map(measure)) - mean(of('insensitive').map(measure)));
    expect(differs(({ level }) => level)).toBeLessThan(0.05);
    expect(differs(({ places }) => places.length)).toBeLessThan(0.4);
    expect(differs(({ spread }) => spread)).toBeLessThan(1e-9);
    expect(differs(({ targets }) => targets.length)).toBeLessThan(5);
  });

  test('the loadings of the classes overlap: the correlated state is a clue, not a label', () => {
    const wrong = of('sensitive').filter(({ cofactor, buffer }) => cofactor < buffer).length / of('sensitive').length;
    expect(wrong).toBeGreaterThan(0.05);
    expect(wrong).toBeLessThan(0.35);
  });

  test('FOXN1 drives cortical markers, AIRE the medullary program', () => {
    const foxn1 = regulators.find((regulator) => catalog.symbols[regulator.gene] === 'FOXN1')!;
    const cortical = new Set(catalog.markers.get('cTEC'));
    expect(Array.from(foxn1.targets).filter((gene) => cortical.has(gene)).length).toBeGreaterThan(4);
    expect(catalog.symbols[regulators[aire].gene]).toBe('AIRE');
  });
});
