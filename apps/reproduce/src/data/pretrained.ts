/** Finds a profile's pretrained model: its own pretraining, that of another profile, or a published checkpoint. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BertConfig, parseConfig, presetConfig } from '@geneformer-ts/model';
import type { StageInputs } from '../run/stage.js';
import type { ModelParams } from '../stages/training.params.js';

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

/** Returns the configuration of a preset, with the profile's changes applied. */
export function modelConfig(params: ModelParams, vocabularySize: number): BertConfig {
  const config = presetConfig(params.preset, vocabularySize);
  return {
    ...config,
    hidden_size: params.hiddenSize ?? config.hidden_size,
    num_hidden_layers: params.layers ?? config.num_hidden_layers,
    num_attention_heads: params.heads ?? config.num_attention_heads,
    intermediate_size: params.intermediateSize ?? config.intermediate_size,
  };
}
