/**
 * What every package needs and nobody should write twice.
 *
 * @packageDocumentation
 */
export {
  cacheFolder,
  EnvironmentError,
  readAddresses,
  readChoice,
  readCount,
  readFolder,
  readSwitch,
  readToken,
  readVariable,
  type Environment,
} from './environment.js';
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
export { printable } from './printable.js';
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
export { Xoshiro128 } from './xoshiro128.js';
export { hasEnded, isProcessRunning, ownProcess, pidScope, type ProcessIdentity } from './process-identity.js';
