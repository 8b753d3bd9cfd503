import type { OpenedCheckpoint } from '@geneformer-ts/io';
import { basename } from 'node:path';
import { CheckpointError, ConfigError } from '../errors.js';

/** Fields of config.json that an axis of a tensor tells. */
const TOLD = [
  ['vocab_size', 'bert.embeddings.word_embeddings.weight', 0],
  ['hidden_size', 'bert.embeddings.word_embeddings.weight', 1],
  ['max_position_embeddings', 'bert.embeddings.position_embeddings.weight', 0],
  ['type_vocab_size', 'bert.embeddings.token_type_embeddings.weight', 0],
  ['intermediate_size', 'bert.encoder.layer.0.intermediate.dense.weight', 0],
] as const;

/**
 * Compares the sizes in a config.json with the tensors it comes with, before anything is made of either: a file may claim any size.
 * Fewer layers than there are, and tensors that disagree among themselves, are reported when the weights are read.
 *
 * @throws ConfigError naming the field, the claim and what the tensors say
 * @throws CheckpointError when the tensors are not BERT's at all
 */
export function checkAgainstTensors(
  raw: Record<string, unknown>,
  { tensors, path }: Pick<OpenedCheckpoint, 'tensors' | 'path'>,
  source: string,
): void {
  const layers = new Set<string>();
  for (const name of tensors.keys()) {
    const layer = /^bert\.encoder\.layer\.(\d+)\./.exec(name)?.[1];
    if (layer !== undefined) layers.add(layer);
  }
  if (layers.size === 0 && !TOLD.some(([, tensor]) => tensors.has(tensor))) {
    const first = [...tensors.keys()].slice(0, 3).join(', ');
    throw new CheckpointError(path, `holds no BERT encoder, but ${first}`, 'give the weights of a Geneformer');
  }
  const claim = (field: string, told: number, where: string): void => {
    const remedy = `${basename(path)} says ${told} (${where}); correct it, or fetch both files again from one place`;
    throw new ConfigError(source, field, raw[field], remedy);
  };
  const claimed = raw['num_hidden_layers'];
  if (isCount(claimed) && claimed > layers.size) {
    claim('num_hidden_layers', layers.size, 'layers of which it has tensors');
  }
  for (const [field, name, axis] of TOLD) {
    const shape = tensors.get(name)?.shape;
    if (shape?.length === 2 && isCount(raw[field]) && raw[field] !== shape[axis]) {
      claim(field, shape[axis], `${name} [${shape.join(', ')}]`);
    }
  }
}

/** Other values are reported by `parseConfig`. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}
