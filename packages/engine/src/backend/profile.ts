/** Time per op, summed over ONNX Runtime's profiles. */
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Time of one ONNX operator. */
export interface ProfileRow {
  /** Name of the operator. */
  op: string;
  /** Number of times that a node of it ran. */
  calls: number;
  milliseconds: number;
  /** Share of the time of all nodes, 0 to 1. Time inside a Scan counts for the nodes of its body, not for the Scan. */
  share: number;
}

interface ProfileEvent {
  cat?: string;
  name: string;
  dur: number;
  args?: { op_name?: string };
}

/** Creates a temporary folder for profiles and returns its path. */
export function profileFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'engine-profile-'));
}

/** Returns the summed profiles of a folder, sorted by time, and deletes the files. */
export async function collectProfile(folder: string): Promise<ProfileRow[]> {
  const rows = new Map<string, { calls: number; milliseconds: number }>();
  for (const file of await readdir(folder)) {
    const events = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as ProfileEvent[];
    for (const event of events) {
      const op = event.args?.op_name;
      if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time') || op === undefined || op === 'Scan') continue;
      const row = rows.get(op) ?? { calls: 0, milliseconds: 0 };
      row.calls++;
      row.milliseconds += event.dur / 1000;
      rows.set(op, row);
    }
    await rm(path.join(folder, file));
  }
  const total = [...rows.values()].reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [...rows]
    .map(([op, row]) => ({ op, ...row, share: total > 0 ? row.milliseconds / total : 0 }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/**
 * Returns the rows of `readProfile` as a text table.
 *
 * ```ts
 * console.log(formatProfile(await readProfile()));
 * // op         calls  milliseconds   share
 * // MatMul       120         310.2   71.4%
 * ```
 */
export function formatProfile(rows: readonly ProfileRow[]): string {
  const width = Math.max(2, ...rows.map(({ op }) => op.length));
  const line = (op: string, calls: string, milliseconds: string, share: string): string =>
    `${op.padEnd(width)}  ${calls.padStart(8)}  ${milliseconds.padStart(12)}  ${share.padStart(6)}`;
  return [
    line('op', 'calls', 'milliseconds', 'share'),
    ...rows.map(({ op, calls, milliseconds, share }) =>
      line(op, String(calls), milliseconds.toFixed(1), `${(100 * share).toFixed(1)}%`),
    ),
  ].join('\n');
}
