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
export { GeneformerError, isGeneformerError, messageOf } from './errors.js';
export { printable } from './printable.js';
export { hasEnded, isProcessRunning, ownProcess, pidScope, type ProcessIdentity } from './process-identity.js';
