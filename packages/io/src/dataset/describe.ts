import { writeFileAtomic } from '@geneformer-ts/core/node';
import { join } from 'node:path';
import { toHuggingFace, type Feature } from './features.js';

/** The name of a shard, as `datasets` counts them. */
export function shardName(shard: number, shards: number): string {
  return `data-${five(shard)}-of-${five(shards)}.arrow`;
}

function five(n: number): string {
  return String(n).padStart(5, '0');
}

/** What a dataset says of itself beside its rows. */
export interface Description {
  features: Record<string, Feature>;
  files: readonly string[];
  fingerprint: string;
  /** Further entries of `dataset_info.json`. */
  info: Record<string, unknown>;
}

/** Writes the two JSON files by which `datasets` knows a folder. */
export async function describeDataset(
  folder: string,
  { features, files, fingerprint, info }: Description,
): Promise<void> {
  const described = {
    citation: '',
    description: '',
    features: toHuggingFace(features),
    homepage: '',
    license: '',
    ...info,
  };
  const state = {
    _data_files: files.map((filename) => ({ filename })),
    _fingerprint: fingerprint,
    _format_columns: null,
    _format_kwargs: {},
    _format_type: null,
    _output_all_columns: false,
    _split: null,
  };
  await writeFileAtomic(join(folder, 'dataset_info.json'), JSON.stringify(described, null, 2));
  await writeFileAtomic(join(folder, 'state.json'), JSON.stringify(state, null, 2));
}
