import type { OpenedCheckpoint } from '@geneformer-ts/io';
import { basename } from '@geneformer-ts/core/system';
import { CheckpointError, ConfigError } from '../errors.js';

/** Fields of config.json that must equal the size of a tensor along an axis. */
const SIZED_AXES = [
  ['vocab_size', 'bert.embeddings.word_embeddings.weight', 0],
  ['hidden_size', 'bert.embeddings.word_embeddings.weight', 1],
  ['max_position_embeddings', 'bert.embeddings.position_embeddings.weight', 0],
  ['type_vocab_size', 'bert.embeddings.token_type_embeddings.weight', 0],
  ['intermediate_size', 'bert.encoder.layer.0.intermediate.dense.weight', 0],
] as const;

/**
 * Compares the sizes in a config.json with the tensors, before anything is allocated: a file may state any size. Extra layers in
 * the file, and tensors that contradict each other, are reported when the weights are read.
 *
 * @throws ConfigError with the field, its value and the size of the tensor
 * @throws CheckpointError if the tensors are not those of a BERT
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
  if (layers.size === 0 && !SIZED_AXES.some(([, tensor]) => tensors.has(tensor))) {
    const first = [...tensors.keys()].slice(0, 3).join(', ');
    throw new CheckpointError(
      path,
      `has no BERT encoder; its first tensors are ${first}`,
      'give the weights of a Geneformer model',
    );
  }
  const refuse = (field: string, actual: number, where: string): void => {
    const remedy = `${basename(path)} has ${actual} (${where}); correct the field, or download both files again`;
    throw new ConfigError(source, field, raw[field], remedy);
  };
  const claimed = raw['num_hidden_layers'];
  if (isCount(claimed) && claimed > layers.size) {
    refuse('num_hidden_layers', layers.size, 'layers with tensors');
  }
  for (const [field, name, axis] of SIZED_AXES) {
    const shape = tensors.get(name)?.shape;
    if (shape?.length === 2 && isCount(raw[field]) && raw[field] !== shape[axis]) {
      refuse(field, shape[axis], `${name} [${shape.join(', ')}]`);
    }
  }
}

/** Returns whether a value is a positive whole number; `parseConfig` reports other values. */
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0;
}
