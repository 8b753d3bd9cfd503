import { type Asset, type Catalog } from '@geneformer-ts/hub';
import { listSome } from '@geneformer-ts/core';
import { ModelMissingError } from '../errors.js';

/** A short name of a published model, and its id in the catalog. */
const aliases: Readonly<Record<string, string>> = {
  // The weights at the root of the repository are those of this model.
  'ctheodoris/geneformer': 'geneformer-v2-316m',
};

/** Returns the published checkpoints: one per model, without copies in other formats. */
export function publishedModels(catalog: Catalog): Asset[] {
  return [...catalog.assets.values()].filter(({ id, kind }) => kind === 'checkpoint' && !id.endsWith('-pytorch'));
}

/**
 * Returns the catalog id of a published model, for its id, its short name or its name on Hugging Face, in any case.
 *
 * @throws ModelMissingError listing the names
 * @example
 * modelId(catalog, 'V1-10M'); // 'geneformer-v1-10m'
 * modelId(catalog, 'ctheodoris/Geneformer'); // 'geneformer-v2-316m'
 */
export function modelId(catalog: Catalog, name: string): string {
  const key = name.toLowerCase().replaceAll('_', '-').replace(/\/+$/, '');
  const alias = aliases[key];
  if (alias !== undefined) return alias;
  const short = key.replace(/^ctheodoris\/(geneformer\/)?/, '');
  const ids = publishedModels(catalog).map(({ id }) => id);
  const found = [short, `geneformer-${short}`].find((id) => ids.includes(id));
  if (found !== undefined) return found;
  const names = ['mini', ...ids.map((id) => id.replace(/^geneformer-/, '').toUpperCase())];
  throw new ModelMissingError(
    name,
    'is neither a folder nor a known model',
    `use a folder, or one of: ${listSome(names, 12)}`,
  );
}
