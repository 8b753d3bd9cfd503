/**
 * Reads and writes model weights (safetensors and `pytorch_model.bin`), and reads the dictionaries of Geneformer. Nothing
 * in a pickle is executed.
 *
 * ```ts
 * import { readCheckpoint } from '@geneformer-ts/io/checkpoints';
 *
 * const { format, tensors } = await readCheckpoint('Geneformer-V1-10M');
 * ```
 *
 * @packageDocumentation
 */
export { openCheckpoint, readCheckpoint } from './open.js';
export type { Checkpoint, OpenedCheckpoint } from './open.js';
export { readSafetensors } from './safetensors.js';
export { writeSafetensors } from './write-safetensors.js';
export type { FileInput, FolderInput, SourceFolder } from '../base/input.js';
export type { Safetensors } from './safetensors.js';
export { writeTorch } from './torch/write.js';
export type { NamedTensor, TensorData, TensorDtype } from './tensors.js';
export { readDictionary, readPickledDictionary } from './dictionary.js';
export type { Dictionary } from './dictionary.js';
