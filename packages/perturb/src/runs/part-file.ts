import { FormatError } from '@geneformer-ts/core';
import { replaceFile, sha256 } from '@geneformer-ts/core/node';
import { existsSync, join, writeFile } from '@geneformer-ts/core/system';
import { parquetMetadataAsync, parquetRead } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { withParquet } from './parquet-file.js';
import type { PartRows } from './compute-part.js';
import type { Part } from './part-plan.js';

/** Key of the digest of the run in the metadata of a part. */
const DIGEST = 'geneformer_run';
/** Key of the digest of the rows. */
const ROWS = 'geneformer_rows';
const INTEGERS = ['cell', 'target', 'rank', 'present'] as const;

/** Returns the path of a part. */
export function partPath(folder: string, index: number): string {
  return join(folder, 'parts', `part-${String(index).padStart(6, '0')}.parquet`);
}

/** Writes a part as a Parquet file, completely or not at all. The same rows give the same bytes. */
export function writePart(path: string, rows: PartRows, digest: string): Promise<void> {
  const columnData = [
    ...INTEGERS.map((name) => ({ name, data: rows[name], type: 'INT32' as const })),
    ...[['shift', rows.shift] as const, ...rows.changes].map(([name, data]) => ({
      name,
      data,
      type: 'DOUBLE' as const,
    })),
  ];
  const kvMetadata = [
    { key: DIGEST, value: digest },
    { key: ROWS, value: rowsDigest(rows) },
  ];
  const bytes = parquetWriteBuffer({ columnData, kvMetadata, createdBy: 'geneformer' });
  return replaceFile(path, (file) => writeFile(file, new Uint8Array(bytes)));
}

/** Returns a digest of the content of a part. Parquet has none, so a damaged number would be a result. */
function rowsDigest(rows: PartRows): string {
  const columns = [...INTEGERS.map((name) => rows[name]), rows.shift, ...rows.changes.values()];
  return sha256(
    columns.map(({ buffer, byteOffset, byteLength }) => sha256(new Uint8Array(buffer, byteOffset, byteLength))).join(),
  );
}

/** Returns the problem of the file of a part; undefined if it is complete and of this run. */
export async function partProblem(path: string, { first, end }: Part, digest: string): Promise<string | undefined> {
  if (!existsSync(path)) return 'is missing';
  try {
    const { key_value_metadata: entries = [], num_rows: count } = await withParquet(path, (file) =>
      parquetMetadataAsync(file),
    );
    if (entries.find(({ key }) => key === DIGEST)?.value !== digest) return 'belongs to another run';
    return Number(count) === end - first ? undefined : `has ${count} rows, not ${end - first}`;
  } catch {
    return 'is not a Parquet file';
  }
}

/**
 * Reads the rows of a part.
 *
 * @throws FormatError if a column is missing or the file is damaged
 */
export async function readPart(path: string, names: readonly string[]): Promise<PartRows> {
  const found = new Map<string, ArrayLike<number>[]>();
  let stored: string | undefined;
  try {
    await withParquet(path, async (file) => {
      const { key_value_metadata: entries = [] } = await parquetMetadataAsync(file);
      stored = entries.find(({ key }) => key === ROWS)?.value;
      await parquetRead({
        file,
        columns: [...INTEGERS, 'shift', ...names],
        onChunk: ({ columnName, columnData }) => {
          found.set(columnName, [...(found.get(columnName) ?? []), columnData as ArrayLike<number>]);
        },
      });
    });
  } catch (cause) {
    throw new FormatError(path, 'parquet', 'cannot be read', 'remove the file and run again', { cause });
  }
  const values = (name: string): number[] => {
    const chunks = found.get(name);
    if (chunks) return chunks.flatMap((chunk) => Array.from(chunk));
    throw new FormatError(path, name, 'the column is missing', 'remove the file and run again');
  };
  const integers = Object.fromEntries(INTEGERS.map((name) => [name, Int32Array.from(values(name))]));
  const rows: PartRows = {
    ...(integers as Pick<PartRows, (typeof INTEGERS)[number]>),
    shift: Float64Array.from(values('shift')),
    changes: new Map(names.map((name) => [name, Float64Array.from(values(name))])),
  };
  if (stored === rowsDigest(rows)) return rows;
  throw new FormatError(path, 'rows', 'are damaged', 'remove the file and run again');
}
