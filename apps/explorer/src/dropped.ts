import type { Dropped } from './protocol.js';

/** Most files of a folder; a zarr store may have tens of thousands. */
const MOST_FILES = 200_000;

/** Kinds of files that can be dropped, recognized by their names. */
export type DroppedKind = 'cells' | 'model' | 'results';

/**
 * Returns the files that were dropped, also those inside folders. Must be called while the event is handled: the browser empties the list
 * after that.
 */
export async function droppedFiles({ items, files }: DataTransfer): Promise<Dropped[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...files].map((file) => ({ path: file.name, file }));
  const found: Dropped[] = [];
  for (const entry of entries) await collect(entry, '', found);
  return found;
}

/** Returns the files that were chosen; those of a folder have its name in their path. */
export function chosenFiles(files: Iterable<File>): Dropped[] {
  return Array.from(files, (file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Tells cells, the folder of a model and the results of a study apart. */
export function kindOf(files: readonly Dropped[]): DroppedKind {
  const names = new Set(files.map(({ path }) => withinFolder(path)));
  const hasWeights = [...names].some((name) => /^[^/]+\.(safetensors|bin)$/.test(name));
  if (names.has('config.json') && hasWeights) return 'model';
  if (names.has('report.html') || (names.has('metrics.json') && names.has('manifest.json'))) return 'results';
  return 'cells';
}

/** Returns the path of a file inside the folder that was dropped. */
export function withinFolder(path: string): string {
  const cut = path.indexOf('/');
  return cut < 0 ? path : path.slice(cut + 1);
}

async function collect(entry: FileSystemEntry, prefix: string, found: Dropped[]): Promise<void> {
  const path = `${prefix}${entry.name}`;
  if (found.length >= MOST_FILES) throw new Error(`${path}: the folder has more than ${MOST_FILES} files`);
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives the entries in portions, and an empty one at the end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return;
    for (const inner of portion) await collect(inner, `${path}/`, found);
  }
}
