import { openCells, type CellSource } from '@geneformer-ts/io';
import type { StageInputs } from '../run/stage.js';

/** Opens an output of the data stage. Its path is set to the names of the original files, so that messages and the dataset name those. */
export async function openOutput(inputs: StageInputs, output: string): Promise<CellSource> {
  const source = await openCells(inputs.file('data', output));
  source.path = inputs.fact<string[]>('data', 'files').join(', ');
  return source;
}
