import { FieldMissingError } from '@geneformer-ts/core';
import type { HdfFile } from '../hdf5/file.js';
import type { StoredElements } from '../stored-elements.js';
import { layersOf } from '../encoding/locate.js';
import { readElement } from '../encoding/read-element.js';

/** Returns access to the parts of an AnnData file besides `X`, or to those of one modality. */
export function elementsOf(file: HdfFile, root: string): StoredElements {
  const amendable = ['obs', 'var'].every((name) => file.kind(`${root}${name}`) === 'group');
  return {
    version: file.version,
    diskPath: file.diskPath,
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
    ...(amendable && {
      async amend(path, additions, options) {
        const { amendH5ad } = await import('./amend.js');
        const input = { name: file.path, path: file.diskPath, remove: () => undefined };
        await amendH5ad(input, file.version, root, path, additions, options);
      },
    }),
  };
}

/** Returns the name of a part in messages: `obsm['X_pca']` for `obsm/X_pca`. */
function nameOf(path: string): string {
  const [group, ...names] = path.split('/');
  return `${group}${names.map((name) => `['${name}']`).join('')}`;
}
