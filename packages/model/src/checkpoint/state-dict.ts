import { openCheckpoint, type OpenedCheckpoint } from '@geneformer-ts/io';
import type { ParameterSpec } from '../bert/layout.js';
import type { Weights } from '../bert/parameters.js';
import { CheckpointError, CheckpointMismatchError, ConfigError } from '../errors.js';

/**
 * Between the tensors of a Hugging Face file and a model's weights: which there must be, shapes and the transpose of linear maps
 * (a file holds [out, in]; memory holds [in, out]). `tensor-names.ts` knows other names of the same tensors.
 */

/** Buffers and tied copies a file may hold that are no weights of their own. */
const redundant = new Set([
  'bert.embeddings.position_ids',
  'cls.predictions.decoder.weight',
  'cls.predictions.decoder.bias',
]);

/** Where heads live: whole heads of another task may be in a file, and are passed over. The next-sentence head is no model's here. */
const headPrefixes = ['cls.predictions.', 'cls.seq_relationship.', 'bert.pooler.', 'classifier.'];

export interface WantedTensors {
  /** Tensors that must be there. */
  required: readonly ParameterSpec[];
  /** Tensors of a head, which may be absent all together. */
  optional?: readonly ParameterSpec[];
  /** Take the optional ones for absent even if some are there: a head that is to be trained anew. */
  replaceable?: boolean;
}

/**
 * The weights of the layout found in a file, read tensor by tensor once all of them are known to fit.
 *
 * @returns the weights found, and the optional specs to be initialised by the caller
 * @throws CheckpointMismatchError with the full report
 */
export async function readWeights(
  opened: OpenedCheckpoint,
  { required, optional = [], replaceable = false }: WantedTensors,
): Promise<{ weights: Weights; absent: readonly ParameterSpec[] }> {
  const { tensors: named, refused } = opened;
  const headFound = !replaceable && optional.some((spec) => named.has(spec.name));
  const wanted = headFound ? [...required, ...optional] : required;
  const known = new Set(wanted.map((spec) => spec.name));

  const missing = wanted.map((spec) => spec.name).filter((name) => !named.has(name) && !refused.has(name));
  const misshaped = wanted.flatMap((spec) => {
    const [expected, found] = [fileShape(spec), named.get(spec.name)?.shape];
    return found && found.join() !== expected.join() ? [{ name: spec.name, expected, found }] : [];
  });
  // Of the wanted head itself nothing is passed over.
  const others = headPrefixes.filter((prefix) => !wanted.some(({ name }) => name.startsWith(prefix)));
  const unexpected = [...named.keys(), ...refused].filter(
    (name) => !known.has(name) && !redundant.has(name) && !others.some((prefix) => name.startsWith(prefix)),
  );
  if (missing.length + unexpected.length + misshaped.length > 0) {
    throw new CheckpointMismatchError(opened.path, missing, unexpected, misshaped);
  }
  const weights: Weights = new Map();
  for (const spec of wanted) {
    const { dtype, data } = await opened.read(spec.name);
    if (!(data instanceof Float32Array)) {
      throw new ConfigError(opened.path, spec.name, dtype, 'weights must be floating-point numbers of up to 32 bits');
    }
    checkFinite(data, spec.name, opened.path);
    weights.set(spec.name, fromFile(spec, data));
  }
  return { weights, absent: headFound ? [] : optional };
}

/** One weight that is not a number makes every output NaN, or an order of tokens without meaning. */
function checkFinite(data: Float32Array, name: string, path: string): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] - data[i] === 0) continue;
    const remedy = 'the training that wrote it diverged; use an earlier checkpoint';
    throw new CheckpointError(path, `'${name}' holds ${data[i]}`, remedy);
  }
}

/** The weights of exactly this layout, from a folder or file that holds them. */
export async function loadWeights(path: string, specs: readonly ParameterSpec[]): Promise<Weights> {
  const opened = await openCheckpoint(path);
  try {
    return (await readWeights(opened, { required: specs })).weights;
  } finally {
    await opened.close();
  }
}

/** The weights as tensors of a Hugging Face file. A decoder of its own has its bias under both names: transformers 4 reads one, 5 the other. */
export function toFile(
  specs: readonly ParameterSpec[],
  weights: Weights,
): Map<string, { shape: number[]; data: Float32Array }> {
  const tensors = new Map(
    specs.map((spec) => {
      const values = weights.get(spec.name) as Float32Array;
      const data = spec.kind === 'matrix' ? transposed(values, spec.shape[0], spec.shape[1]) : values;
      return [spec.name, { shape: fileShape(spec), data }] as const;
    }),
  );
  const bias = tensors.get('cls.predictions.bias');
  if (bias && tensors.has('cls.predictions.decoder.weight')) tensors.set('cls.predictions.decoder.bias', bias);
  return tensors;
}

/**
 * Whether weights of an earlier checkpoint must go when new ones are saved in one file: shards and their index of the same
 * format, and, beside a new PyTorch file, everything in safetensors, which readers prefer.
 *
 * @param safe - whether the new weights are `model.safetensors`; otherwise they are `pytorch_model.bin`
 */
export function staleWeights(file: string, safe: boolean): boolean {
  if (/^model-\d{5}-of-\d{5}\.safetensors$/.test(file) || file === 'model.safetensors.index.json') return true;
  if (safe) return false;
  if (/^pytorch_model-\d{5}-of-\d{5}\.bin$/.test(file) || file === 'pytorch_model.bin.index.json') return true;
  return file === 'model.safetensors';
}

function fileShape({ kind, shape }: ParameterSpec): number[] {
  return kind === 'matrix' ? shape.toReversed() : [...shape];
}

function fromFile({ kind, shape }: ParameterSpec, data: Float32Array): Float32Array {
  return kind === 'matrix' ? transposed(data, shape[1], shape[0]) : data;
}

/** The transpose of a row-major [rows, columns] matrix, [columns, rows]: between Hugging Face's linear weights and ours. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column];
    }
  }
  return result;
}
