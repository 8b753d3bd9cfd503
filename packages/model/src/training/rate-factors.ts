import type { BertConfig } from '../bert/config.js';

/** Learning rates of the groups of parameters, relative to that of the head. */
export interface RateFactorArguments {
  encoderRateFactor: number;
  layerDecay: number;
}

/**
 * Returns the factor of the learning rate of a parameter by name: 1 for the head, `encoderRateFactor` for the last layer, and a further
 * `layerDecay` for each layer below it; the embeddings are one below layer 0.
 */
export function rateFactors(
  { num_hidden_layers: layers }: BertConfig,
  { encoderRateFactor, layerDecay }: RateFactorArguments,
): (name: string) => number {
  return (name) => {
    const layer = /^bert\.encoder\.layer\.(\d+)\./.exec(name);
    if (layer) return encoderRateFactor * layerDecay ** (layers - 1 - Number(layer[1]));
    return name.startsWith('bert.embeddings.') ? encoderRateFactor * layerDecay ** layers : 1;
  };
}
