import { type ByteSource, FormatError, GeneformerError, messageOf, UnsupportedError } from '@geneformer-ts/core';
import {
  DataType,
  type Field,
  Message,
  type MessageHeader,
  type RecordBatch,
  RecordBatchReader,
  type Schema,
} from 'apache-arrow';
import { verifyMessage } from './verify-message.js';

/** Marker at the beginning of a message in an Arrow stream. */
const CONTINUATION = -1;
/** Bytes of the marker and of the length of the description after it. */
const PREFIX = 8;

/**
 * Returns the schema and the number of rows of an Arrow stream file. Reads only the descriptions of the messages, a few
 * kilobytes for a file of any size.
 *
 * @throws FormatError when the file is not a complete Arrow stream
 */
export async function summarizeShard(source: ByteSource): Promise<{ schema: Schema; rows: number }> {
  const { schema, batches } = await describeShard(source);
  return { schema, rows: batches.reduce((sum, { header }) => sum + header.length, 0) };
}

type BatchHeader = ReturnType<Message<MessageHeader.RecordBatch>['header']>;

/** Description of a record batch: the position of its columns in the file. */
export interface DescribedBatch {
  header: BatchHeader;
  /** Position of its data in the file. The buffers of `header` are relative to it. */
  body: number;
}

/**
 * Reads the schema and the descriptions of the record batches of an Arrow stream file, without their data.
 *
 * @throws FormatError when the file is not a complete Arrow stream
 */
export function describeShard(source: ByteSource): Promise<{ schema: Schema; batches: DescribedBatch[] }> {
  const path = source.name;
  return guarded(path, async () => {
    let schema: Schema | undefined;
    const batches: DescribedBatch[] = [];
    for await (const { message, body } of messages(source)) {
      if (message.isSchema()) schema = message.header();
      if (!message.isRecordBatch()) continue;
      const header: BatchHeader = message.header();
      if (header.compression) {
        throw new UnsupportedError(
          path,
          'Arrow stream',
          'a compressed record batch',
          'save the dataset without compression',
        );
      }
      batches.push({ header, body });
    }
    if (!schema) throw new Error('has no schema');
    for (const field of schema.fields) checkField(field);
    return { schema, batches };
  });
}

/** Rejects a list without an item type, which the library accepts and fails on later. */
function checkField({ name, type }: Field): void {
  const children = ((type as DataType).children ?? []) as (Field | undefined)[];
  if ((DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) && !children[0]) {
    throw new Error(`column '${name}' is a list without an item type`);
  }
  if (DataType.isFixedSizeList(type) && type.listSize < 0)
    throw new Error(`column '${name}' has lists of length ${type.listSize}`);
  for (const child of children) if (child) checkField(child);
}

async function* messages(source: ByteSource): AsyncGenerator<{ message: Message; body: number }> {
  const size = source.byteLength;
  for (let at = 0; at < size;) {
    const prefix = await readAt(source, at, PREFIX);
    if (prefix.getInt32(0, true) !== CONTINUATION) throw new Error(`no message begins at byte ${at}`);
    const length = prefix.getInt32(4, true);
    if (length === 0) return;
    const { buffer, byteOffset, byteLength } = await readAt(source, at + PREFIX, length);
    const description = new Uint8Array(buffer, byteOffset, byteLength);
    verifyMessage(description);
    const message = Message.decode(description);
    const body = at + PREFIX + length;
    at = body + message.bodyLength;
    if (at > size) throw new Error(`ends at byte ${size} but describes ${at} bytes`);
    yield { message, body };
  }
}

/** Streams the record batches of an Arrow stream file. @throws FormatError */
export async function* readShard(source: ByteSource): AsyncGenerator<RecordBatch> {
  const path = source.name;
  const reader = await guarded(path, () => RecordBatchReader.from(wholeMessages(source)));
  try {
    for (;;) {
      const next = await guarded(path, async () => reader.next());
      if (next.done) return;
      // The library returns one empty batch without columns for a shard without batches.
      if (next.value.numRows > 0) yield next.value;
    }
  } finally {
    await reader.cancel();
  }
}

/**
 * Streams the messages, each in one piece, so that the library need not join pieces. Reads a message while the one before
 * it is decoded.
 */
async function* wholeMessages(source: ByteSource): AsyncGenerator<Uint8Array> {
  let start = 0;
  let ahead: Promise<Uint8Array> | undefined;
  try {
    for await (const { message, body } of messages(source)) {
      const end = body + message.bodyLength;
      const bytes = source.read(start, end - start);
      // A failure is thrown where the bytes are awaited, which may be later or, after an early return, never.
      bytes.catch(() => undefined);
      const last = ahead;
      ahead = bytes;
      start = end;
      if (last) yield await last;
    }
    if (ahead) yield await ahead;
  } finally {
    // The source may be closed now, and must not be read meanwhile.
    await ahead?.catch(() => undefined);
  }
}

async function readAt(source: ByteSource, position: number, length: number): Promise<DataView> {
  const size = source.byteLength;
  if (length < 0 || position + length > size) throw new Error(`ends at byte ${size} in the middle of a message`);
  const { buffer, byteOffset } = await source.read(position, length);
  return new DataView(buffer, byteOffset, length);
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof GeneformerError) throw cause;
    throw new FormatError(
      path,
      'Arrow stream',
      messageOf(cause),
      'the shard is damaged or incomplete; write the dataset again',
      { cause },
    );
  }
}
