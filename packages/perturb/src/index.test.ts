import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('the package exports exactly these names', () => {
  expect(Object.keys(api).sort()).toEqual([
    'ArgumentError',
    'GeneformerError',
    'RunMismatchError',
    'classColumn',
    'estimateCells',
    'geneStatistics',
    'impactMixture',
    'matchedGenes',
    'openRun',
    'perturbCell',
    'perturbCells',
    'perturbSequence',
    'perturbationKinds',
    'planRun',
    'rankCorrelation',
    'screenAgreement',
    'screenDeletions',
    'stateColumn',
    'stateVectors',
  ]);
});
