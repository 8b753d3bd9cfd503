/** Finds a profile's pretrained model: its own pretraining, that of another profile, or a published checkpoint. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseConfig, type BertConfig } from '@geneformer-ts/model';
import type { StageInputs } from '../run/stage.js';

/** Returns the name of the input stage that wrote a pretrained checkpoint, if any. */
export function pretrainedStage(inputs: StageInputs): string | undefined {
  return inputs.names().find((name) => name === 'checkpoint' || name.split('/').at(-1) === 'pretrain');
}

export function pretrainedFolder(inputs: StageInputs): string {
  const stage = pretrainedStage(inputs);
  if (stage === undefined) throw new Error('no pretrained model among the inputs; see tools/nx/experiments.mjs');
  return inputs.folder(stage, 'checkpoint');
}

/** Returns the configuration of the pretrained model, for a randomly initialized model of the same shape. */
export async function pretrainedConfig(inputs: StageInputs): Promise<BertConfig> {
  const file = path.join(pretrainedFolder(inputs), 'config.json');
  return parseConfig(JSON.parse(await readFile(file, 'utf8')));
}
