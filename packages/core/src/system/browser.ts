/**
 * The names of `node.ts` in a browser: files in memory below `/files`, which last as long as the page, and no threads, processes and
 * variables.
 *
 * @packageDocumentation
 */
export { fileBlob, shareBlob, SystemError } from './browser/disk.js';
export {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from './browser/descriptors.js';
export {
  chmod,
  copyFile,
  createReadStream,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  unlink,
  writeFile,
} from './browser/files.js';
export {
  availableParallelism,
  constants,
  crc32,
  execFileSync,
  gunzipChunks,
  gzipSync,
  hostname,
  inflateSync,
  MessageChannel,
  parentPort,
  process,
  randomInt,
  randomUUID,
  readlinkSync,
  receiveMessageOnPort,
  threadId,
  totalmem,
  Worker,
  workerData,
} from './browser/machine.js';
export {
  basename,
  dirname,
  fileURLToPath,
  homedir,
  isAbsolute,
  join,
  relative,
  resolve,
  sep,
  tmpdir,
} from './browser/paths.js';
export { createHash } from './browser/sha256.js';
