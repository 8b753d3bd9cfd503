import { replaceDirectory } from '@geneformer-ts/io';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Fills a temporary folder beside `dir` and puts it in its place when done; leaves nothing behind on failure. */
export async function writeDirectory(dir: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const target = resolve(dir);
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    await fill(temporary);
    await replaceDirectory(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
