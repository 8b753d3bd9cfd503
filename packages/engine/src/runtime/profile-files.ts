/** Files in which ONNX Runtime writes the time of each op. */
import { mkdtempSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProfileRow } from '../backend/profile.js';

interface ProfileEvent {
  cat?: string;
  name: string;
  dur: number;
  args?: { op_name?: string };
}

/** Creates a temporary folder for profiles and returns the beginning of their paths. */
export function profilePrefix(): string {
  return path.join(mkdtempSync(path.join(tmpdir(), 'engine-profile-')), 'graph');
}

/** Returns the summed profiles whose paths begin like this, sorted by time, and deletes the files. */
export async function collectProfile(prefix: string): Promise<ProfileRow[]> {
  const folder = path.dirname(prefix);
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
