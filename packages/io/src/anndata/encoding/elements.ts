import { FieldMissingError } from '@geneformer-ts/core';
import type { Container } from '../container.js';
import type { StoredElements } from '../stored-elements.js';
import { layersOf } from './locate.js';
import { readElement } from './read-element.js';

/**
 * Writes a copy of a file with additions.
 *
 * @param root path of the tables: empty, or ending with a slash
 */
export type Amend = (root: string, ...args: Parameters<NonNullable<StoredElements['amend']>>) => Promise<void>;

/** Returns access to the parts of an AnnData file besides `X`, or to those of one modality. */
export function elementsOf({ file, amend }: { file: Container; amend?: Amend }, root: string): StoredElements {
  const amendable = amend && ['obs', 'var'].every((name) => file.kind(`${root}${name}`) === 'group');
  return {
    ...(file.version !== undefined && { version: file.version }),
    ...(file.diskPath !== undefined && { diskPath: file.diskPath }),
    get matrices() {
      return layersOf(file, root);
    },
    keys: (group) => file.keys(`${root}${group}`),
    index: (table) => file.textAttribute(`${root}${table}`, '_index'),
    async read(path) {
      if (file.kind(`${root}${path}`) !== undefined) return readElement(file, `${root}${path}`);
      const cut = path.lastIndexOf('/');
      throw new FieldMissingError(file.path, nameOf(path), file.keys(`${root}${path.slice(0, Math.max(0, cut))}`));
    },
    ...(amendable && { amend: (path, additions, options) => amend(root, path, additions, options) }),
  };
}

/** Returns the name of a part in messages: `obsm['X_pca']` for `obsm/X_pca`. */
function nameOf(path: string): string {
  const [group, ...names] = path.split('/');
  return `${group}${names.map((name) => `['${name}']`).join('')}`;
}
