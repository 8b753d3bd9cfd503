import { bytesSource, FileMissingError } from '@geneformer-ts/core';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SourceFolder } from '../base/input.js';
import { fixture } from './folder.js';

/** Files of a zarr store by key. */
export type StoreContents = Map<string, Uint8Array>;

/** Returns the files of a store in `fixtures/zarr`. */
export function storeContents(name: string): StoreContents {
  const text = gunzipSync(readFileSync(fixture(`zarr/${name}.json.gz`))).toString();
  const files = Object.entries(JSON.parse(text) as Record<string, string>);
  return new Map(files.map(([key, content]) => [key, new Uint8Array(Buffer.from(content, 'base64'))]));
}

/** Writes the files of a store into a folder, and returns its path. */
export function writeStore(files: StoreContents, folder: string): string {
  for (const [key, content] of files) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), content);
  }
  return folder;
}

/** Returns access to the files of a store that is not on disk. */
export function storeFolder(name: string, files: StoreContents): Required<SourceFolder> {
  return {
    name,
    list: async () => [...files.keys()],
    async open(key) {
      const content = files.get(key);
      if (content === undefined) throw new FileMissingError(`${name}/${key}`);
      return bytesSource(content, `${name}/${key}`);
    },
  };
}

/** Replaces values in the JSON of a store. */
export function editJson(files: StoreContents, key: string, edit: (value: Record<string, unknown>) => void): void {
  const value = JSON.parse(new TextDecoder().decode(files.get(key))) as Record<string, unknown>;
  edit(value);
  files.set(key, new TextEncoder().encode(JSON.stringify(value)));
}
