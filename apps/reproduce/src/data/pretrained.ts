/** Finds a profile's pretrained model: its own pretraining, that of another profile, or a published checkpoint. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BertConfig, parseConfig, presetConfig } from '@geneformer-ts/model';
import type { MadeBy } from '../run/define.js';
import type checkpoint from '../stages/checkpoint.js';
import type contrast from '../stages/contrast.js';
import type pretrain from '../stages/pretrain.js';
import type { ModelParams } from '../stages/training.params.js';

/** The stages that leave a pretrained checkpoint. */
export type Pretrained = typeof pretrain | typeof contrast | typeof checkpoint;

/** Returns the folder of the pretrained checkpoint. */
export function pretrainedFolder(start: MadeBy<Pretrained> | undefined): string {
  if (!start) throw new Error('no pretrained model among the inputs; add it in the declaration of the experiment');
  return start.folder('checkpoint');
}

/** Returns the configuration of the pretrained model, for a randomly initialized model of the same shape. */
export async function pretrainedConfig(start: MadeBy<Pretrained> | undefined): Promise<BertConfig> {
  const file = path.join(pretrainedFolder(start), 'config.json');
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
    max_position_embeddings: params.positions ?? config.max_position_embeddings,
    ...(params.levels && { expression_levels: true }),
  };
}
