import { describe, expect, test } from '@jest/globals';
import { drawBiology } from './biology.js';
import { hill, sensitivity, SILENT } from './response.js';

const { regulators, catalogue, aire } = drawBiology(12_000, 1);
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
  test('half the dose takes most of the response from sensitive factors, and hardly any from insensitive ones', () => {
    const kept = (dosage: string): number[] =>
      of(dosage).map(({ n, logHalf, coupling }) => hill(coupling * Math.log(0.5), n, logHalf) / hill(0, n, logHalf));
    expect(Math.max(...kept('sensitive'))).toBeLessThan(0.4);
    expect(Math.min(...kept('insensitive'))).toBeGreaterThan(0.9);
  });

  test('a factor that is not active hardly moves its targets, steep or not', () => {
    expect(mean(of('sensitive').map(({ n, logHalf }) => hill(SILENT, n, logHalf)))).toBeLessThan(0.001);
    expect(mean(of('insensitive').map(({ n, logHalf }) => hill(SILENT, n, logHalf)))).toBeLessThan(0.25);
  });

  test('classes share levels, number of places and variability', () => {
    const differs = (measure: (regulator: (typeof regulators)[number]) => number): number =>
      Math.abs(mean(of('sensitive').map(measure)) - mean(of('insensitive').map(measure)));
    expect(differs(({ level }) => level)).toBeLessThan(0.05);
    expect(differs(({ places }) => places.length)).toBeLessThan(0.4);
    expect(differs(({ spread }) => spread)).toBeLessThan(1e-9);
    expect(differs(({ targets }) => targets.length)).toBeLessThan(5);
  });

  test('the loadings overlap: the company a factor keeps is a clue to its class, not a label', () => {
    const wrong = of('sensitive').filter(({ cofactor, buffer }) => cofactor < buffer).length / of('sensitive').length;
    expect(wrong).toBeGreaterThan(0.05);
    expect(wrong).toBeLessThan(0.35);
  });

  test('FOXN1 drives cortical markers, AIRE the medullary programme', () => {
    const foxn1 = regulators.find((regulator) => catalogue.symbols[regulator.gene] === 'FOXN1')!;
    const cortical = new Set(catalogue.markers.get('cTEC'));
    expect(Array.from(foxn1.targets).filter((gene) => cortical.has(gene)).length).toBeGreaterThan(4);
    expect(catalogue.symbols[regulators[aire].gene]).toBe('AIRE');
  });
});
