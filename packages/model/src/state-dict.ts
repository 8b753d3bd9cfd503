import type { NamedTensor } from '@geneformer-ts/io';
import { CheckpointMismatchError } from './errors.js';
import type { ParameterSpec } from './layout.js';
import { transposed, type Weights } from './weights.js';

/**
 * Between the tensors of a Hugging Face file and a model's weights: names, aliases, shapes and the transpose of linear maps
 * (a file holds [out, in]; memory holds [in, out]).
 */
export type Tensors = ReadonlyMap<string, NamedTensor>;

/** Buffers and tied copies a file may hold that are no weights of their own. */
const redundant = new Set([
  'bert.embeddings.position_ids',
  'cls.predictions.decoder.weight',
  'cls.predictions.decoder.bias',
]);

/** Where heads live: whole heads of another task may be in a file, and are passed over. */
const headPrefixes = ['cls.', 'bert.pooler.', 'classifier.'];

export interface WantedTensors {
  /** Path of the file, for messages. */
  file: string;
  /** Tensors that must be there. */
  required: readonly ParameterSpec[];
  /** Tensors of a head, which may be absent all together. */
  optional?: readonly ParameterSpec[];
  /** Take the optional ones for absent even if some are there: a head that is to be trained anew. */
  replaceable?: boolean;
}

/**
 * The weights of the layout found in the file's tensors.
 *
 * @returns the weights found, and the optional specs to be initialised by the caller
 * @throws CheckpointMismatchError with the full report
 */
export function matchWeights(
  tensors: Tensors,
  { file, required, optional = [], replaceable = false }: WantedTensors,
): { weights: Weights; absent: readonly ParameterSpec[] } {
  const named = canonicalNames(tensors);
  const headFound = !replaceable && optional.some((spec) => named.has(spec.name));
  const wanted = headFound ? [...required, ...optional] : required;
  const known = new Set(wanted.map((spec) => spec.name));

  const weights: Weights = new Map();
  const missing: string[] = [];
  const misshaped: { name: string; expected: readonly number[]; found: readonly number[] }[] = [];
  for (const spec of wanted) {
    const tensor = named.get(spec.name);
    const expected = fileShape(spec);
    if (!tensor || !(tensor.data instanceof Float32Array)) missing.push(spec.name);
    else if (tensor.shape.join() !== expected.join())
      misshaped.push({ name: spec.name, expected, found: tensor.shape });
    else weights.set(spec.name, fromFile(spec, tensor.data));
  }
  const unexpected = [...named.keys()].filter(
    (name) => !known.has(name) && !redundant.has(name) && !headPrefixes.some((prefix) => name.startsWith(prefix)),
  );
  if (missing.length + unexpected.length + misshaped.length > 0) {
    throw new CheckpointMismatchError(file, missing, unexpected, misshaped);
  }
  return { weights, absent: headFound ? [] : optional };
}

/** The weights of the layout from a file written by `toFile`. */
export function toMemory(specs: readonly ParameterSpec[], tensors: Tensors): Weights {
  return matchWeights(tensors, { file: 'model.safetensors', required: specs }).weights;
}

/** The weights as tensors of a Hugging Face file. */
export function toFile(
  specs: readonly ParameterSpec[],
  weights: Weights,
): Map<string, { shape: number[]; data: Float32Array }> {
  return new Map(
    specs.map((spec) => {
      const values = weights.get(spec.name) as Float32Array;
      const data = spec.kind === 'matrix' ? transposed(values, spec.shape[0], spec.shape[1]) : values;
      return [spec.name, { shape: fileShape(spec), data }];
    }),
  );
}

function fileShape({ kind, shape }: ParameterSpec): number[] {
  return kind === 'matrix' ? shape.toReversed() : [...shape];
}

function fromFile({ kind, shape }: ParameterSpec, data: Float32Array): Float32Array {
  return kind === 'matrix' ? transposed(data, shape[1], shape[0]) : data;
}

/** A bare encoder's file has no `bert.` prefix; some files keep the masked-LM bias only under its decoder alias. */
function canonicalNames(tensors: Tensors): Map<string, NamedTensor> {
  const bare = tensors.has('embeddings.word_embeddings.weight');
  const named = new Map([...tensors].map(([name, tensor]) => [bare ? `bert.${name}` : name, tensor]));
  const bias = named.get('cls.predictions.decoder.bias');
  if (bias && !named.has('cls.predictions.bias')) named.set('cls.predictions.bias', bias);
  return named;
}
