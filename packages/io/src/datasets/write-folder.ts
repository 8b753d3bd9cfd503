import { type FolderKind, readTextFile, writeFileAtomic } from '@geneformer-ts/core/node';
import { join } from '@geneformer-ts/core/system';
import { type Feature, toHuggingFace } from './features.js';

/** Returns the name that `datasets` gives to a shard. */
export function shardName(shard: number, shards: number): string {
  return `data-${fiveDigits(shard)}-of-${fiveDigits(shards)}.arrow`;
}

function fiveDigits(n: number): string {
  return String(n).padStart(5, '0');
}

/** Content of the JSON files of a dataset to be written. */
export interface Description {
  features: Record<string, Feature>;
  files: readonly string[];
  fingerprint: string;
  /** Additional entries of `dataset_info.json`. */
  info: Record<string, unknown>;
}

/** Writes the two JSON files by which `datasets` recognizes a folder. */
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

/** Far more than the list of a million shards needs. */
const MAX_STATE_BYTES = 2 ** 27;

/** A folder written by `createDataset` or `datasets.save_to_disk`, with no other files in it. */
export const DATASET_FOLDER: FolderKind = {
  name: 'a dataset',
  owns: (file) => file === 'state.json' || file === 'dataset_info.json' || /^data-\d{5,}-of-\d{5,}\.arrow$/.test(file),
  // Other programs also write files named state.json.
  async recognizes(dir) {
    const path = join(dir, 'state.json');
    try {
      const state = JSON.parse(await readTextFile(path, MAX_STATE_BYTES)) as { _data_files?: unknown } | null;
      return Array.isArray(state?._data_files);
    } catch {
      return false;
    }
  },
};
