import { presetConfig, type BertConfig } from '@geneformer-ts/model';
import type { ModelParams } from '../stages/finetune.params.js';

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
