import { messageOf } from '@geneformer-ts/core';
import { sha256, writeFileAtomic } from '@geneformer-ts/core/node';
import { readFile } from '@geneformer-ts/core/system';
import type { CountsReport } from '../cells/tokenized-cells.js';
import type { RowPart } from './row-run.js';

/** The vectors of the rows of a part. */
export interface VectorPart {
  /** Rows × columns, row by row; NaN for rows without a known gene. */
  data: Float32Array;
  report: CountsReport;
}

interface Header {
  run: string;
  from: number;
  to: number;
  cols: number;
  /** Digest of the bytes of the vectors. */
  sha256: string;
  report: CountsReport;
}

const NEWLINE = 10;

/** Writes a part completely or not at all: one line of JSON, then the vectors as 32-bit floats, the least significant byte first. */
export function writeVectorPart(
  path: string,
  { from, to }: RowPart,
  { data, report }: VectorPart,
  { digest, cols }: { digest: string; cols: number },
): Promise<void> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  // The long list of unknown genes is only needed for exact reports.
  const { unknown: _, ...kept } = report;
  const header: Header = { run: digest, from, to, cols, sha256: sha256(bytes), report: kept };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  const file = new Uint8Array(line.length + bytes.length);
  file.set(line);
  file.set(bytes, line.length);
  return writeFileAtomic(path, file);
}

/**
 * Reads a part and checks it completely.
 *
 * @returns the reason as a text if the file is missing, damaged, or of another run
 */
export async function readVectorPart(
  path: string,
  { from, to }: RowPart,
  { digest, cols }: { digest: string; cols: number },
): Promise<VectorPart | string> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) return 'is missing';
  const end = bytes.indexOf(NEWLINE);
  let header: Header;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)))) as Header;
  } catch (cause) {
    return `is damaged (${messageOf(cause)})`;
  }
  if (header?.run !== digest) return 'belongs to another run';
  // A copy, because numbers must be aligned.
  const body = new Uint8Array(bytes.subarray(end + 1));
  const size = (to - from) * cols * Float32Array.BYTES_PER_ELEMENT;
  if (header.from !== from || header.to !== to || header.cols !== cols || body.length !== size) {
    return `does not have ${to - from} rows of ${cols} columns`;
  }
  if (sha256(body) !== header.sha256) return 'is damaged';
  return { data: new Float32Array(body.buffer), report: header.report };
}
