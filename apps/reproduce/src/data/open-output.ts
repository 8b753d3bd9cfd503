import { openCells, type CellSource } from '@geneformer-ts/io';
import type { StageInputs } from '../run/stage.js';

/** Opens an output of the data stage under the name that a person knows it by, which messages and the dataset then carry. */
export async function openOutput(inputs: StageInputs, output: string): Promise<CellSource> {
  const source = await openCells(inputs.file('data', output));
  source.path = inputs.fact<string[]>('data', 'files').join(', ');
  return source;
}
