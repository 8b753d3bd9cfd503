/**
 * Checks the description of an Arrow message before the library decodes it. The library trusts every length and offset, so
 * damaged ones would cost billions of steps or bytes. Covers the parts of schemas and record batches. Field numbers are
 * from Arrow's Message.fbs and Schema.fbs, the layout is from the documentation of FlatBuffers.
 *
 * @throws Error with the reason
 */
export function verifyMessage(bytes: Uint8Array): void {
  const check = new Verifier(bytes);
  const message = check.root();
  const bodyLength = check.long(message, MESSAGE.bodyLength);
  if (bodyLength < 0 || !Number.isSafeInteger(bodyLength)) throw new Error(`describes ${bodyLength} bytes of data`);
  check.keyValues(message, MESSAGE.metadata);
  const header = check.table(message, MESSAGE.header);
  const kind = check.byte(message, MESSAGE.headerType);
  if (header === undefined) throw new Error('has a message without a header');
  if (kind === HEADER.schema) check.schema(header);
  if (kind === HEADER.recordBatch) check.recordBatch(header, bodyLength);
  if (kind === HEADER.dictionaryBatch) {
    const batch = check.table(header, DICTIONARY_BATCH.data);
    if (batch !== undefined) check.recordBatch(batch, bodyLength);
  }
}

const HEADER = { schema: 1, dictionaryBatch: 2, recordBatch: 3 };
const MESSAGE = { headerType: 1, header: 2, bodyLength: 3, metadata: 4 };
const SCHEMA = { fields: 1, metadata: 2, features: 3 };
const FIELD = { type: 3, dictionary: 4, children: 5, metadata: 6 };
const DICTIONARY_BATCH = { data: 1 };
const RECORD_BATCH = { length: 0, nodes: 1, buffers: 2, compression: 3 };
/** Two 64-bit numbers: length and null count of a column, or position and length of a buffer. */
const PAIR_BYTES = 16;

class Verifier {
  private readonly view: DataView;
  /** Number of tables that may still be visited. Each takes bytes, so more visits mean that tables are nested in themselves. */
  private left: number;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = bytes.byteLength / 4;
  }

  root(): number {
    return this.enter(this.at(0, 4).getUint32(0, true));
  }

  byte(table: number, field: number): number {
    const position = this.field(table, field);
    return position === undefined ? 0 : this.at(position, 1).getUint8(position);
  }

  long(table: number, field: number): number {
    const position = this.field(table, field);
    return position === undefined ? 0 : Number(this.at(position, 8).getBigInt64(position, true));
  }

  table(table: number, field: number): number | undefined {
    const position = this.field(table, field);
    return position === undefined ? undefined : this.enter(this.follow(position));
  }

  schema(schema: number): void {
    for (const field of this.tables(schema, SCHEMA.fields)) this.column(field);
    this.keyValues(schema, SCHEMA.metadata);
    this.vector(schema, SCHEMA.features, 8);
  }

  keyValues(table: number, field: number): void {
    for (const pair of this.tables(table, field)) for (const part of [0, 1]) this.vector(pair, part, 1);
  }

  recordBatch(batch: number, bodyLength: number): void {
    // A row of the narrowest column takes one bit.
    const max = 8 * bodyLength;
    const rows = this.long(batch, RECORD_BATCH.length);
    if (rows < 0 || rows > max) throw new Error(`has a batch of ${rows} rows in ${bodyLength} bytes`);
    for (const [length, nulls] of this.pairs(batch, RECORD_BATCH.nodes)) {
      if (length < 0 || length > max || nulls > length) throw new Error(`has a column of ${length} values`);
    }
    for (const [offset, length] of this.pairs(batch, RECORD_BATCH.buffers)) {
      if (offset >= 0 && length >= 0 && offset + length <= bodyLength) continue;
      throw new Error(`has a buffer of ${length} bytes at ${offset} of ${bodyLength}`);
    }
    this.table(batch, RECORD_BATCH.compression);
  }

  private column(field: number): void {
    this.vector(field, 0, 1);
    this.table(field, FIELD.type);
    this.table(field, FIELD.dictionary);
    for (const child of this.tables(field, FIELD.children)) this.column(child);
    this.keyValues(field, FIELD.metadata);
  }

  private *tables(table: number, field: number): Generator<number> {
    const { start, length } = this.vector(table, field, 4);
    for (let i = 0; i < length; i++) yield this.enter(this.follow(start + 4 * i));
  }

  private *pairs(table: number, field: number): Generator<[number, number]> {
    const { start, length } = this.vector(table, field, PAIR_BYTES);
    for (let at = start; at < start + PAIR_BYTES * length; at += PAIR_BYTES) {
      yield [Number(this.view.getBigInt64(at, true)), Number(this.view.getBigInt64(at + 8, true))];
    }
  }

  private vector(table: number, field: number, elementBytes: number): { start: number; length: number } {
    const position = this.field(table, field);
    if (position === undefined) return { start: 0, length: 0 };
    const vector = this.follow(position);
    const length = this.at(vector, 4).getUint32(vector, true);
    this.at(vector + 4, length * elementBytes);
    return { start: vector + 4, length };
  }

  /** Returns the position of a field of a table, or undefined if the table does not have it. */
  private field(table: number, field: number): number | undefined {
    const vtable = table - this.at(table, 4).getInt32(table, true);
    const bytes = this.at(vtable, 4).getUint16(vtable, true);
    const slot = vtable + 4 + 2 * field;
    if (slot + 2 > vtable + bytes) return undefined;
    const offset = this.at(slot, 2).getUint16(slot, true);
    return offset === 0 ? undefined : table + offset;
  }

  private follow(position: number): number {
    return position + this.at(position, 4).getUint32(position, true);
  }

  private enter(table: number): number {
    if (--this.left < 0) throw new Error('has a description that refers to itself');
    this.at(table, 4);
    return table;
  }

  /** Returns the bytes after checking that there are `length` bytes at `start`. */
  private at(start: number, length: number): DataView {
    if (start < 0 || start + length > this.view.byteLength)
      throw new Error('has a description that points outside itself');
    return this.view;
  }
}
