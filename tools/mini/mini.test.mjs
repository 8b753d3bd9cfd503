import { useBackend } from '@geneformer-ts/engine';
import { modelFolder, vocabularyFile } from '@geneformer-ts/mini';
import { BertForMaskedLM, embedCells } from '@geneformer-ts/model';
import { publishedDigests, readVocabulary } from '@geneformer-ts/tokenizer';
import { beforeAll, describe, expect, test } from '@jest/globals';

describe('the small model', () => {
  let vocabulary;
  beforeAll(async () => {
    await useBackend('onnx', { threads: 1 });
    vocabulary = await readVocabulary(vocabularyFile);
  });

  test('has the vocabulary and medians of V1, so that it reads cells that are tokenized for V1', () => {
    expect([vocabulary.digest, vocabulary.medianDigest]).toEqual(Object.values(publishedDigests.V1));
    expect(vocabulary.symbols.get('CD19')).toBe('ENSG00000177455');
  });

  test('puts T cells nearer to each other than to a B cell', async () => {
    const model = await BertForMaskedLM.fromPretrained(modelFolder, { vocabulary });
    const ids = new Map(vocabulary.tokens.map((gene, id) => [gene, id]));
    const cell = (...genes) => genes.map((name) => ids.get(vocabulary.symbols.get(name)));
    const tokens = [
      cell('CD3D', 'CD3E', 'IL7R', 'LTB', 'TRAC', 'CD2'),
      cell('CD3G', 'CD3E', 'LCK', 'CD7', 'IL32', 'CD2'),
      cell('CD79A', 'CD79B', 'MS4A1', 'CD19', 'CD74', 'HLA-DRA'),
    ];
    const cells = {
      inputIds: Int32Array.from(tokens.flat()),
      offsets: Int32Array.of(0, 6, 12, 18),
      counts: new Float32Array(18).fill(20),
      vocabularyDigest: vocabulary.digest,
    };
    const { data, cols } = await embedCells(model, cells);
    const distance = (a, b) =>
      Math.hypot(...Array.from({ length: cols }, (_, i) => data[a * cols + i] - data[b * cols + i]));
    expect(distance(0, 1)).toBeLessThan(0.8 * distance(0, 2));
    expect(distance(0, 1)).toBeLessThan(0.8 * distance(1, 2));
  });
});
