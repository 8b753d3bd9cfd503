import { expect, test } from '@jest/globals';
import * as engine from './index.js';

test('the exported names', () => {
  expect(Object.keys(engine).sort()).toEqual([
    'AdamW',
    'ArgumentError',
    'BackendMissingError',
    'BackendNotSelectedError',
    'BackendUnavailableError',
    'DisposedTensorError',
    'DtypeError',
    'GeneformerError',
    'OnnxRuntimeError',
    'OutOfMemoryError',
    'QuantizedWeight',
    'SyncReadError',
    'UnsupportedKernelError',
    'attention',
    'backendNames',
    'dropout',
    'formatProfile',
    'layerNorm',
    'linear',
    'multiHeadAttention',
    'readProfile',
    'resetStats',
    'sparseSoftmaxCrossEntropy',
    'stats',
    'tf',
    'trimMemory',
    'useBackend',
  ]);
});
