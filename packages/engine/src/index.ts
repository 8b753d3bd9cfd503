/**
 * TensorFlow.js on ONNX Runtime. TensorFlow.js code records ops; reading a tensor compiles all pending ops into one ONNX graph and runs it
 * natively. All files come from npm; the installation downloads nothing else.
 *
 * ```ts
 * import { tf, useBackend } from '@geneformer-ts/engine';
 *
 * await useBackend('onnx');
 * const x = tf.variable(tf.tensor([1, 2, 3]));
 * const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(x)));
 * await value.data(); // Float32Array [14]
 * ```
 *
 * Layers, models and training loops are in `@geneformer-ts/model`.
 */
export { tf } from './tf.js';
export { backendNames, useBackend } from './select.js';
export type { BackendName, BackendOptions } from './select.js';
export { readProfile, resetStats, stats, trimMemory } from './stats.js';
export { formatProfile } from './backend/profile.js';
export type { ProfileRow } from './backend/profile.js';
export type { EngineStats } from './backend/stats.js';
export { attention } from './fused/attention.js';
export type { AttentionOptions } from './fused/attention.js';
export { multiHeadAttention } from './fused/multi-head-attention.js';
export type { MultiHeadAttentionOptions } from './fused/multi-head-attention.js';
export { dropout } from './fused/dropout.js';
export { layerNorm } from './fused/layer-norm.js';
export { linear } from './fused/linear.js';
export type { Activation } from './fused/linear.js';
export { QuantizedWeight } from './fused/quantized-weight.js';
export { sparseSoftmaxCrossEntropy } from './fused/cross-entropy.js';
export { AdamW } from './optimizer/adamw.js';
export type { AdamWOptions, AdamWState, AdamWStep } from './optimizer/adamw.js';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export {
  BackendMissingError,
  BackendNotSelectedError,
  BackendUnavailableError,
  DisposedTensorError,
  DtypeError,
  OnnxRuntimeError,
  OutOfMemoryError,
  SyncReadError,
  UnsupportedKernelError,
} from './errors.js';
