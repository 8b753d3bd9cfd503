import { GeneformerError } from '@geneformer-ts/core';
import { modelFolder } from '@geneformer-ts/mini';
import { existsSync, readdirSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the built page inside this package; its files are compressed. */
export const builtPage: string = fileURLToPath(new URL('../page', import.meta.url));

/** Thrown when a folder has no built page. */
export class PageMissingError extends GeneformerError {
  readonly tag = 'PageMissingError';

  constructor(readonly folder: string) {
    super(`${folder}: contains no page; install @geneformer-ts/page again, or in the repository: npx nx build page`);
  }
}

/** A file of the page. */
export interface PageFile {
  path: string;
  type: string;
  /** Whether the file is compressed with gzip. */
  isCompressed: boolean;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/**
 * Lists the files that the server may send, by the path of their address. Other addresses have no file, whatever they contain: no path is
 * made from an address.
 *
 * @throws PageMissingError
 */
export function pageFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  const addFolder = (root: string, prefix: string): void => {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const isCompressed = path.endsWith('.gz');
      const name = path.slice(root.length + 1, isCompressed ? -3 : undefined).replaceAll(sep, '/');
      files.set(`${prefix}${name}`, {
        path,
        type: TYPES[extname(name)] ?? 'application/octet-stream',
        isCompressed,
      });
    }
  };
  addFolder(modelFolder, '/mini/');
  if (existsSync(folder)) addFolder(folder, '/');
  const index = files.get('/index.html');
  if (!index) throw new PageMissingError(folder);
  return files.set('/', index);
}
