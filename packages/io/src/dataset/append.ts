import { UnsupportedError } from '@geneformer-ts/core';
import { fromSchema, toSchema } from './features.js';
import { datasetFiles } from './folder.js';
import { describeShard } from './shard.js';
import { beginDataset, type DatasetOptions, type DatasetWriter } from './write.js';

/** Facts of `dataset_info.json` that are no longer true once rows are added. */
const COUNTS = new Set(['splits', 'dataset_size', 'download_size', 'size_in_bytes', 'post_processing_size']);

/**
 * Adds rows to a dataset that `createDataset` or `datasets.save_to_disk` wrote. Its shards are kept as they are; what is appended goes into
 * new ones. Until `close` the folder is the dataset as it was, and after `abort` still. `metadata` is added to what is there.
 *
 * @throws ForeignFilesError when the folder holds other files; UnsupportedError when a column has a type that `createDataset` does not write; else as `openDataset` and `createDataset`
 */
export async function appendDataset(dir: string, options: DatasetOptions = {}): Promise<DatasetWriter> {
  const { shards, indices, metadata, info, fingerprint } = await datasetFiles(dir);
  if (indices.length) {
    const remedy = 'load it and save it with datasets 2 or later, which writes the rows themselves';
    throw new UnsupportedError(dir, 'state.json', 'adding to a dataset with an indices mapping', remedy);
  }
  const { schema } = await describeShard(shards[0]);
  const features = fromSchema(schema, dir);
  const ours = toSchema(features);
  for (const [i, field] of schema.fields.entries()) {
    const type = String(field.type);
    if (type === String(ours.fields[i].type)) continue;
    throw new UnsupportedError(
      dir,
      `column '${field.name}'`,
      `adding to a column of type ${type}`,
      `cast it to ${String(ours.fields[i].type)} first`,
    );
  }
  const kept = Object.entries(info).filter(([key]) => key !== 'features' && !COUNTS.has(key));
  const joined = { ...metadata, ...options.metadata };
  const facts = { ...Object.fromEntries(kept), ...(Object.keys(joined).length ? { metadata: joined } : {}) };
  return beginDataset(dir, features, options, { shards, info: facts, fingerprint });
}
