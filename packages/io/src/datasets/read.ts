import { type ByteSource, checkOptions, FieldMissingError, FormatError } from '@geneformer-ts/core';
import type { Schema } from 'apache-arrow';
import { type FolderInput, type SourceFolder, withFile } from '../base/input.js';
import { type ColumnData, type Feature, fromSchema, type RecordBatchColumns } from './features.js';
import { datasetFiles } from './folder.js';
import { fromArrowData } from './from-arrow.js';
import { selectRows, type ReadableShard, readIndices } from './indices.js';
import { readShard, summarizeShard } from './shard.js';

/** A dataset on disk. */
export interface OpenedDataset {
  features: Record<string, Feature>;
  rows: number;
  /** The `metadata` passed to `createDataset`; empty for a dataset of another program. */
  metadata: Record<string, string>;
  /** Streams the rows in order, in the batches of the file. Each call starts again. */
  batches(): AsyncIterable<RecordBatchColumns>;
}

/**
 * Opens a folder written by `createDataset` or by `datasets.save_to_disk` of versions 1 to 5.
 *
 * Integers of any width are read as int64; inside lists they must fit 32 bits. Lists, large lists and fixed-size lists are
 * all read as lists.
 *
 * @param dir path of the folder, or access to its files
 * @param options.columns columns to read; default all
 * @throws FileMissingError; FormatError; FieldMissingError; UnsupportedError
 * @example
 * const dataset = await openDataset('cells.dataset', { columns: ['length'] });
 * dataset.features; // { length: 'int64' }
 * for await (const { rows, columns } of dataset.batches()) console.log(rows, columns['length']);
 */
export async function openDataset(
  dir: FolderInput,
  options: { columns?: readonly string[] } = {},
): Promise<OpenedDataset> {
  checkOptions('openDataset', options, { columns: true });
  const { folder, ...files } = await datasetFiles(dir);
  const summaries: { name: string; schema: Schema; rows: number }[] = [];
  for (const name of files.shards) summaries.push({ name, ...(await withFile(folder, name, summarizeShard)) });
  const { schema } = summaries[0];
  const features = fromSchema(schema, folder.name, options.columns);
  for (const name of options.columns ?? []) {
    if (!Object.hasOwn(features, name)) {
      throw new FieldMissingError(
        folder.name,
        `column '${name}'`,
        schema.fields.map((field) => field.name),
      );
    }
  }
  for (const shard of summaries) {
    const path = folder.pathOf(shard.name);
    checkSame(features, fromSchema(shard.schema, path, Object.keys(features)), path);
  }
  const shards = summaries.map(({ name, rows }): ReadableShard => ({
    rows,
    batches: () => readColumns(folder, name, features),
  }));
  const stored = shards.reduce((sum, { rows }) => sum + rows, 0);
  const indices = files.indices.length ? await readIndices(folder, files.indices, stored) : undefined;
  // The shards have the same names in every dataset, so another dataset may have taken the place of this one.
  folder.checkUnchanged();
  return {
    features,
    rows: indices?.length ?? stored,
    metadata: files.metadata,
    async *batches() {
      if (indices) yield* selectRows(indices, shards);
      else for (const shard of shards) yield* shard.batches();
    },
  };
}

function checkSame(wanted: Record<string, Feature>, found: Record<string, Feature>, path: string): void {
  for (const [name, feature] of Object.entries(wanted)) {
    const here = found[name];
    if (JSON.stringify(here) === JSON.stringify(feature)) continue;
    const problem =
      here === undefined ? 'is missing' : `is ${JSON.stringify(here)} here and ${JSON.stringify(feature)} before`;
    throw new FormatError(path, `column '${name}'`, problem, 'write the dataset again');
  }
}

async function* readColumns(
  folder: SourceFolder,
  name: string,
  features: Record<string, Feature>,
): AsyncGenerator<RecordBatchColumns> {
  const source = await folder.open(name);
  try {
    yield* columnsOf(source, features);
  } finally {
    await source.close();
  }
}

async function* columnsOf(source: ByteSource, features: Record<string, Feature>): AsyncGenerator<RecordBatchColumns> {
  const path = source.name;
  for await (const batch of readShard(source)) {
    const columns = Object.entries(features).map(([name, feature]): [string, ColumnData] => {
      const data = batch.getChild(name)?.data[0];
      if (!data) throw new FormatError(path, `column '${name}'`, 'is missing', 'write the dataset again');
      if (data.length !== batch.numRows) {
        const problem = `has ${data.length} values in a batch of ${batch.numRows} rows`;
        throw new FormatError(path, `column '${name}'`, problem, 'the shard is damaged');
      }
      return [name, fromArrowData(name, feature, data, path)];
    });
    yield { rows: batch.numRows, columns: Object.fromEntries(columns) };
  }
}
