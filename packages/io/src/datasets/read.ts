import { FieldMissingError, FormatError } from '@geneformer-ts/core';
import type { Schema } from 'apache-arrow';
import { type ColumnData, type Feature, fromSchema, type RecordBatchColumns } from './features.js';
import { datasetFiles } from './folder.js';
import { fromArrowData } from './from-arrow.js';
import { pickRows, type ReadableShard, readIndices } from './indices.js';
import { readShard, surveyShard } from './shard.js';

/** A dataset on disk, described. */
export interface OpenedDataset {
  features: Record<string, Feature>;
  rows: number;
  /** What `createDataset` was given as `metadata`; empty for a dataset from elsewhere. */
  metadata: Record<string, string>;
  /** The rows in order, in the batches they were written in; each call starts again. */
  batches(): AsyncIterable<RecordBatchColumns>;
}

/**
 * Opens a folder that `createDataset` or `datasets.save_to_disk` (versions 1 to 5) wrote. Integers of any width read as int64 and must fit
 * 32 bits inside lists; lists, large lists and lists of one length are all lists; `columns` picks some of the columns.
 *
 * @throws FileMissingError, FormatError, FieldMissingError, UnsupportedError
 */
export async function openDataset(dir: string, options: { columns?: readonly string[] } = {}): Promise<OpenedDataset> {
  const files = await datasetFiles(dir);
  const surveys: { path: string; schema: Schema; rows: number }[] = [];
  for (const path of files.shards) surveys.push({ path, ...(await surveyShard(path)) });
  const { schema } = surveys[0];
  const features = fromSchema(schema, dir, options.columns);
  for (const name of options.columns ?? []) {
    if (!Object.hasOwn(features, name)) {
      throw new FieldMissingError(
        dir,
        `column '${name}'`,
        schema.fields.map((field) => field.name),
      );
    }
  }
  for (const shard of surveys)
    checkSame(features, fromSchema(shard.schema, shard.path, Object.keys(features)), shard.path);
  const shards = surveys.map(({ path, rows }): ReadableShard => ({ rows, batches: () => readColumns(path, features) }));
  const stored = shards.reduce((sum, { rows }) => sum + rows, 0);
  const indices = files.indices.length ? await readIndices(files.indices, stored) : undefined;
  return {
    features,
    rows: indices?.length ?? stored,
    metadata: files.metadata,
    async *batches() {
      if (indices) yield* pickRows(indices, shards);
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

async function* readColumns(path: string, features: Record<string, Feature>): AsyncGenerator<RecordBatchColumns> {
  for await (const batch of readShard(path)) {
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
