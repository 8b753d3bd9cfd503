import { describe, expect, test } from '@jest/globals';
import { type Head, modelLayout, parameterCount } from './layout.js';
import { presetConfig, presetNames } from './presets.js';

// The published models: parameters of the pretrained model, with the tied decoder counted once.
const published: [string, number][] = [
  ['geneformer-v1-10m', 10_288_722],
  ['geneformer-v1-12l', 39_591_250],
  ['geneformer-12l-95m', 37_997_363],
  ['geneformer-20l-95m', 151_313_459],
  ['geneformer-v2-104m', 104_386_867],
  ['geneformer-v2-104m-clcancer', 104_386_867],
  ['geneformer-v2-316m', 316_354_867],
];

describe('published configurations', () => {
  test.each(published)('%s has exactly %i parameters', (name, parameters) => {
    expect(parameterCount(presetConfig(name))).toBe(parameters);
  });

  test.each([2, 3])('the V1 classifier with %i classes has 10,262,784 + 257 × classes parameters', (classes) => {
    const head: Head = { kind: 'sequence-classification', classes };
    expect(parameterCount(presetConfig('geneformer-v1-10m'), head)).toBe(10_262_784 + 257 * classes);
  });

  test('the V1 gene classifier with 2 classes has 10,197,506 parameters', () => {
    const head: Head = { kind: 'token-classification', classes: 2 };
    expect(parameterCount(presetConfig('geneformer-v1-10m'), head)).toBe(10_197_506);
  });

  test('all hidden sizes are multiples of the head size 64', () => {
    for (const [name] of published) {
      const { hidden_size, num_attention_heads } = presetConfig(name);
      expect(hidden_size / num_attention_heads).toBe(64);
    }
  });
});

describe('presets', () => {
  test('of this project have the given vocabulary size', () => {
    expect(presetConfig('embedded', 12_000)).toMatchObject({
      vocab_size: 12_000,
      hidden_size: 64,
      num_hidden_layers: 2,
      num_attention_heads: 1,
      intermediate_size: 128,
      max_position_embeddings: 512,
    });
  });

  test('of this project require a vocabulary size', () => {
    expect(() => presetConfig('tiny')).toThrow('give the size of the vocabulary, which preset "tiny" needs');
  });

  test('with an unknown name are refused, and the error lists the known ones', () => {
    expect(() => presetConfig('gpt')).toThrow(`use one of ${presetNames.join(', ')}`);
  });

  test('have different names for all tensors', () => {
    const names = modelLayout(presetConfig('geneformer-v2-316m'), { kind: 'masked-lm' }).map((spec) => spec.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
