import { ArgumentError, GeneformerError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { settle, type ThymusOptions } from './options.js';

describe('settle', () => {
  test('fills in the preset, default first', () => {
    expect(settle({ seed: 4 })).toMatchObject({
      seed: 4,
      preset: 'default',
      cells: 6200,
      genes: 12_000,
      depthScale: 1,
    });
    expect(settle({ seed: 0, preset: 'small', cells: 50 })).toMatchObject({ cells: 50, genes: 600, depthScale: 0.1 });
  });

  const bad: [string, Record<string, unknown>][] = [
    ['seed', {}],
    ['seed', { seed: 1.5 }],
    ['seed', { seed: -1 }],
    ['preset', { seed: 0, preset: 'huge' }],
    ['preset', { seed: 0, preset: 'toString' }],
    ['cells', { seed: 0, cells: 0 }],
    ['genes', { seed: 0, genes: 100 }],
    ['depthScale', { seed: 0, depthScale: 0 }],
    ['depthScale', { seed: 0, depthScale: NaN }],
    ['ambientFraction', { seed: 0, ambientFraction: 0.5 }],
    ['doubletRate', { seed: 0, doubletRate: '0.1' }],
  ];
  test.each(bad)('refuses a wrong "%s" in one line that names it: %j', (option, options) => {
    const attempt = (): unknown => settle(options as unknown as ThymusOptions);
    expect(attempt).toThrow(ArgumentError);
    expect(attempt).toThrow(GeneformerError);
    expect(attempt).toThrow(new RegExp(`^${option}: [^\n]*; use [^\n]*$`));
  });
});
