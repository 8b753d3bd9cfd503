/**
 * The parts of core that need Node: whole-or-nothing file writes, environment variables, processes and threads.
 *
 * @packageDocumentation
 */
export { HEAD_BYTES, checkContent, isFileName } from '../content.js';
export { replaceFile, syncFolder, writeFileAtomic } from './atomic.js';
export { absentFrom } from './beside.js';
export { createFolder } from './create-folder.js';
export { sha256, sha256File } from './digest.js';
export {
  removeOwned,
  replaceDirectory,
  replaceableDirectory,
  temporaryFolder,
  writeDirectory,
  writeIntoDirectory,
  type FolderKind,
} from './directory.js';
export {
  EnvironmentError,
  cacheFolder,
  readAddresses,
  readChoice,
  readCount,
  readFolder,
  readSwitch,
  readToken,
  readVariable,
  type Environment,
} from './environment.js';
export { readExactly } from './exactly.js';
export { DISK_FULL, fileError } from './file-error.js';
export { ForkJoinPool, serveForkJoin, type OpenTask, type TaskTable } from './fork-join.js';
export { checkRegular } from './inspect.js';
export { checkFileVersion, fileVersion, openFile, type FileSource } from './open-file.js';
export { hasEnded, isProcessRunning, ownProcess, pidScope, type ProcessIdentity } from './process-identity.js';
export { startThread } from './start-thread.js';
export { fileTarget, folderTarget, takeMode } from './target.js';
export { leftoversOf, removeLeftovers, temporaryBeside, type Purpose } from './temporary.js';
export { readTextFile } from './text-file.js';
export { serveTasks, TaskError, WorkerError, WorkerPool, type WorkerPoolOptions } from './worker-pool.js';
