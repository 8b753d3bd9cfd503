import { type FolderKind, readTextFile } from '@geneformer-ts/core/node';
import { join } from 'node:path';

/** Far more than the list of a million shards takes. */
const MOST_STATE_BYTES = 2 ** 27;

/** A folder as `createDataset` and `datasets.save_to_disk` write it, with nothing else in it. */
export const DATASET_FOLDER: FolderKind = {
  name: 'a dataset',
  owns: (file) => file === 'state.json' || file === 'dataset_info.json' || /^data-\d{5,}-of-\d{5,}\.arrow$/.test(file),
  // Other programs have files called state.json too.
  async recognizes(dir) {
    const path = join(dir, 'state.json');
    try {
      const state = JSON.parse(await readTextFile(path, MOST_STATE_BYTES)) as { _data_files?: unknown } | null;
      return Array.isArray(state?._data_files);
    } catch {
      return false;
    }
  },
};
