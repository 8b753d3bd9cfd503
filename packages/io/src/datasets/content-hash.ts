import { createHash, type Hash } from '@geneformer-ts/core/system';
import { utf8 } from '../base/encode.js';
import { type ColumnData, type Feature, type RecordBatchColumns, toHuggingFace } from './features.js';

/** Marks a missing text among the lengths, and a missing truth value among the values. */
const MISSING = -1;

/**
 * Digest of the rows of a dataset and of its features. It depends on the order of the rows, but not on how they are divided into batches
 * and shards.
 */
export class ContentHash {
  private readonly columns: ColumnHash[];

  /** @param before digest of the rows before these, or an empty text */
  constructor(
    private readonly before: string,
    private readonly features: Record<string, Feature>,
  ) {
    this.columns = Object.keys(features).map((name) => new ColumnHash(name));
  }

  /** Adds checked rows. */
  add({ columns }: RecordBatchColumns): void {
    for (const column of this.columns) column.add(columns[column.name]);
  }

  /** Returns the first 16 hexadecimal digits of the digest, as many as `datasets` uses. No rows can be added afterwards. */
  digest(): string {
    const hash = createHash('sha256').update(this.before + JSON.stringify(toHuggingFace(this.features)));
    for (const column of this.columns) column.addTo(hash);
    return hash.digest('hex').slice(0, 16);
  }
}

/** The lengths of lists and texts are hashed apart from their contents, so that the digest tells ['a', 'b'] from ['ab', '']. */
class ColumnHash {
  private readonly lengths = createHash('sha256');
  private readonly values = createHash('sha256');

  constructor(readonly name: string) {}

  add(column: ColumnData): void {
    if (Array.isArray(column)) this.addOptional(column);
    // Integers of a column may be given in 32 or in 64 bits.
    else if (column instanceof Int32Array) this.values.update(BigInt64Array.from(column, BigInt));
    else if (ArrayBuffer.isView(column)) this.values.update(column);
    else {
      const { offsets, values } = column;
      this.lengths.update(Int32Array.from({ length: offsets.length - 1 }, (_, row) => offsets[row + 1] - offsets[row]));
      this.values.update(values);
    }
  }

  private addOptional(column: readonly (string | boolean | null)[]): void {
    const texts = column.map((value) => (value === null ? '' : String(value)));
    const lengths = column.map((value, row) => (value === null ? MISSING : utf8(texts[row]).length));
    this.lengths.update(Int32Array.from(lengths));
    this.values.update(texts.join(''));
  }

  addTo(hash: Hash): void {
    hash.update(`${this.name}:${this.lengths.digest('hex')}:${this.values.digest('hex')};`);
  }
}
