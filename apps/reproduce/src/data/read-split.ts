import { readFile } from 'node:fs/promises';
import type { StageInputs } from '../run/stage.js';
import type { Split } from './study-cells.js';

export async function readSplit(inputs: StageInputs): Promise<Split> {
  return JSON.parse(await readFile(inputs.file('split', 'split'), 'utf8')) as Split;
}
