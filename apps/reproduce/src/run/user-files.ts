/** Computes the digests of the user's own files that a stage reads. They are part of its key, so that a changed file runs the stage again. */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DigestMemo } from './digest-memo.js';
import type { Store } from './store.js';

/**
 * Returns the sha256 of every file, null where the file is missing. A folder is replaced by the files directly inside it.
 * @param files map from the name in the experiment file to the full path
 */
export async function userFileDigests(
  files: Readonly<Record<string, string>>,
  store: Store,
): Promise<Record<string, string | null>> {
  const digests: Record<string, string | null> = {};
  for (const [name, full] of Object.entries(files)) {
    const inside = await readdir(full).catch(() => undefined);
    if (inside === undefined) digests[name] = await digestOne(full, store);
    else for (const file of inside.sort()) digests[`${name}/${file}`] = await digestOne(path.join(full, file), store);
  }
  return digests;
}

async function digestOne(full: string, store: Store): Promise<string | null> {
  const entry = createHash('sha256').update(full).digest('hex');
  const memo = await DigestMemo.open(path.join(store.root, 'checked', 'files', `${entry}.json`), { followLinks: true });
  const sha256 = await memo.digest(full, full);
  await memo.save();
  return sha256 ?? null;
}
