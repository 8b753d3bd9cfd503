/** A worker for tests: writes files in memory, and answers with the digest and the length of each. */
import { blobSource, FileMissingError } from '@geneformer-ts/core';
import { createHash, fileBlob, join, tmpdir } from '@geneformer-ts/core/system';
import { writeSeveralTimes } from './write-steps.js';

const scope = globalThis as unknown as {
  postMessage(answer: string[]): void;
  onmessage: (event: { data: { name: string; files: Map<string, File> } }) => void;
};

scope.onmessage = ({ data: { name, files } }) => {
  const open = (path: string) => {
    const file = files.get(path);
    return file ? Promise.resolve(blobSource(file)) : Promise.reject(new FileMissingError(path));
  };
  const [first] = files.values();
  const input = files.size === 1 ? blobSource(first) : { name, open, list: () => Promise.resolve([...files.keys()]) };
  const at = (path: string): string => join(tmpdir(), path);
  const reopen = (path: string) => blobSource(fileBlob(path), 'first.h5ad');
  writeSeveralTimes(input, { at, reopen }).then(
    (outputs) =>
      scope.postMessage(outputs.map((bytes) => `${createHash('sha256').update(bytes).digest('hex')} ${bytes.length}`)),
    (error: Error) => scope.postMessage([error.message]),
  );
};
