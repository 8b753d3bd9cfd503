import { join, rm, tmpdir } from '@geneformer-ts/core/system';
import type { Deletion } from './protocol.js';
import type { Run, Session } from './session.js';

const FOLDER = join(tmpdir(), 'deleted');
/** Most cells, drawn at random, and number of similar genes that are deleted for comparison: the model reads each cell once for each. */
const MOST_CELLS = 50;
const SIMILAR_GENES = 20;

/**
 * Deletes a gene of selected cells in silico, as `geneformer perturb` does, and compares the shift of the cells with those of similar
 * genes. Cells of one file are not independent replicates, so nothing is tested.
 *
 * @throws ArgumentError for a gene that the model does not know
 */
export async function deleteGene(session: Session, gene: string, rows: Int32Array, run: Run): Promise<Deletion> {
  const model = await session.loadModel();
  await rm(FOLDER, { recursive: true, force: true });
  try {
    const { cells, effects = [] } = await model.perturb(session.cells, FOLDER, {
      genes: [gene],
      rows,
      maxCells: MOST_CELLS,
      nullGenes: SIMILAR_GENES,
      ...run,
    });
    const { effect, cells: measured, nullMean, nullSd, z } = effects[0];
    return { gene, cells, measured, effect, similar: { mean: nullMean, sd: nullSd }, z };
  } finally {
    await rm(FOLDER, { recursive: true, force: true });
  }
}
