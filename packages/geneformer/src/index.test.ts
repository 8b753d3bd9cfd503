import { expect, test } from '@jest/globals';
import * as geneformer from './index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(geneformer).sort()).toMatchInlineSnapshot(`
    [
      "AnnData",
      "ArgumentError",
      "CellClassifier",
      "CellsUnfitError",
      "ClassifierError",
      "Geneformer",
      "GeneformerError",
      "ModelMissingError",
      "UNKNOWN",
      "majorityVote",
      "pretrainModel",
      "toCategorical",
    ]
  `);
});
