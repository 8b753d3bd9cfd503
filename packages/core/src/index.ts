/**
 * The parts that every package shares: errors, progress, random numbers, matrices and byte sources. Nothing here needs
 * Node; `@geneformer-ts/core/node` has the rest (files, environment variables, processes, threads).
 *
 * @packageDocumentation
 */
export { blobOf, blobSource, bytesSource, sourceOf, type ByteSource } from './byte-source.js';
export { HEAD_BYTES, checkContent, isFileName } from './content.js';
export { ArgumentError, GeneformerError, isGeneformerError, messageOf, ShapeError, ValueError } from './errors.js';
export {
  checkLabels,
  checkMatrix,
  isSparse,
  toDense,
  toSparse,
  type CsrMatrix,
  type DenseMatrix,
  type Matrix,
} from './matrix.js';
export {
  FieldMissingError,
  FileAccessError,
  FileMissingError,
  ForeignFilesError,
  FormatError,
  UnsupportedError,
} from './file-errors.js';
export { checkChoice, checkOptions, type OptionNames } from './options.js';
export { listSome, printable } from './printable.js';
export type { Progress, ProgressEvent } from './progress.js';
export {
  below,
  drawToFront,
  fillNormal,
  mixSeeds,
  namedRandom,
  randomStream,
  scramble,
  seededRandom,
  shuffle,
  type Random,
} from './random.js';
export { timerMs } from './timer.js';
export { openUrl, type UrlOptions } from './url-source.js';
export { wasm, wasmTypes, type WasmCode } from './wasm-code.js';
export { instantiateWasm, WasmHeap, type WasmFunction, type WasmMemory } from './webassembly.js';
export { Xoshiro128 } from './xoshiro128.js';
