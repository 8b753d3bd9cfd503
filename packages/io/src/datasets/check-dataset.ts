import { ArgumentError } from '@geneformer-ts/core';
import { isWellFormed } from '../base/well-formed.js';
import { wrongKind } from '../base/wrong-kind.js';
import type { Feature, RecordBatchColumns } from './features.js';

const SCALARS: readonly unknown[] = ['int64', 'float64', 'string', 'bool'];
const ITEMS: readonly unknown[] = ['int64', 'float32'];
const TYPES = "'int64', 'float64', 'string', 'bool', { list: 'int64' } or { list: 'float32' }";

/** @throws ArgumentError naming the column whose name or type cannot be written */
export function checkFeatures(features: Record<string, Feature>): void {
  if (typeof features !== 'object' || features === null) {
    throw wrongKind('features', features, "a type per column, such as { length: 'int64' }");
  }
  const named = Object.entries(features);
  if (named.length === 0) throw new ArgumentError('features', 'are empty', 'name at least one column');
  for (const [name, feature] of named) {
    if (name === '' || name.includes('\0') || !isWellFormed(name)) {
      throw new ArgumentError(`column '${name}'`, 'is not a valid name', 'use a text without null characters');
    }
    const isType = typeof feature === 'object' ? ITEMS.includes(feature?.list) : SCALARS.includes(feature);
    if (isType) continue;
    const given = typeof feature === 'object' && feature !== null ? JSON.stringify(feature) : String(feature);
    throw new ArgumentError(`column '${name}'`, `type ${given} is not supported`, `use ${TYPES}`);
  }
}

/** @throws ArgumentError for a number of rows that never fills a shard, and for metadata that are not strings */
export function checkDatasetOptions(options: { rowsPerShard?: unknown; metadata?: unknown }): void {
  const { rowsPerShard, metadata } = options;
  if (rowsPerShard !== undefined && !(Number.isInteger(rowsPerShard) && (rowsPerShard as number) > 0)) {
    throw wrongKind('rowsPerShard', rowsPerShard, 'an integer of at least 1');
  }
  if (metadata === undefined) return;
  if (typeof metadata !== 'object' || metadata === null) throw wrongKind('metadata', metadata, 'strings by name');
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw wrongKind(`metadata '${name}'`, value, 'a string');
  }
}

/** @throws ArgumentError unless a batch has a number of rows and only columns of `features` */
export function checkBatch(batch: RecordBatchColumns, features: Record<string, Feature>): void {
  const { rows, columns } = (batch ?? {}) as Partial<RecordBatchColumns>;
  if (typeof columns !== 'object' || columns === null) throw wrongKind('batch', batch, '{ rows, columns }');
  if (!Number.isInteger(rows) || rows! < 0) throw wrongKind('batch: rows', rows, 'the number of its rows');
  const extra = Object.keys(columns).find((name) => !Object.hasOwn(features, name));
  if (extra !== undefined) {
    throw new ArgumentError(`column '${extra}'`, 'is not among the features', 'name it in createDataset');
  }
}
