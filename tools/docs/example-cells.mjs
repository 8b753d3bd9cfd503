/** The simulated cells that the pages work with, and that the site offers for download. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeThymus } from '@geneformer-ts/simulate';

const files = { 'cells.h5ad': 1, 'other.h5ad': 2 };

/** Writes `cells.h5ad` and `other.h5ad`: 600 cells each, other donors of the same biology. */
export async function writeExamples(folder) {
  for (const [name, seed] of Object.entries(files)) {
    const { truthPath } = await writeThymus(path.join(folder, name), { seed, preset: 'small', cells: 600 });
    await rm(truthPath);
  }
}
