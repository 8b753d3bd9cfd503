import { openCheckpoint, type OpenedCheckpoint } from '@geneformer-ts/io';
import type { ParameterSpec } from '../bert/layout.js';
import type { Weights } from '../bert/parameters.js';
import { CheckpointError, CheckpointMismatchError, ConfigError } from '../errors.js';

/**
 * Converts between the tensors of a Hugging Face file and the weights of a model: required tensors, shapes, and the transpose of
 * linear maps ([out, in] in files, [in, out] in memory). `tensor-names.ts` handles other names of the same tensors.
 */

/** Buffers and tied copies in files that are not separate weights. */
const redundant = new Set([
  'bert.embeddings.position_ids',
  'cls.predictions.decoder.weight',
  'cls.predictions.decoder.bias',
]);

/** Prefixes of heads. Heads of other tasks in a file are ignored, among them the next-sentence head, which no model here has. */
const headPrefixes = ['cls.predictions.', 'cls.seq_relationship.', 'bert.pooler.', 'classifier.'];

/** The tensors to read. */
export interface WantedTensors {
  /** Tensors that must be present. */
  required: readonly ParameterSpec[];
  /** Tensors of a head; all or none must be present. */
  optional?: readonly ParameterSpec[];
  /** Whether to ignore the optional tensors, for a head that will be replaced by a new one. */
  replaceable?: boolean;
}

/**
 * Reads the weights of a layout from a file, after checking that all tensors match.
 *
 * @returns the weights, and the optional tensors that are absent, for the caller to initialize
 * @throws CheckpointMismatchError with all differences
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
  // Tensors with the prefix of the requested head are not ignored.
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
      throw new ConfigError(
        opened.path,
        spec.name,
        dtype,
        'weights must be floating-point numbers with at most 32 bits',
      );
    }
    checkFinite(data, spec.name, opened.path);
    weights.set(spec.name, fromFile(spec, data));
  }
  return { weights, absent: headFound ? [] : optional };
}

/** Refuses NaN and infinities: one of them makes every output NaN. @throws CheckpointError */
function checkFinite(data: Float32Array, name: string, path: string): void {
  for (let i = 0; i < data.length; i++) {
    if (data[i] - data[i] === 0) continue;
    const remedy = 'the training that wrote it diverged; use an earlier checkpoint';
    throw new CheckpointError(path, `'${name}' contains ${data[i]}`, remedy);
  }
}

/** Reads the weights of exactly this layout from a folder or file. */
export async function loadWeights(path: string, specs: readonly ParameterSpec[]): Promise<Weights> {
  const opened = await openCheckpoint(path);
  try {
    return (await readWeights(opened, { required: specs })).weights;
  } finally {
    await opened.close();
  }
}

/**
 * Returns weights as tensors of a Hugging Face file. The bias of an untied decoder has both its names: transformers 4 reads one,
 * transformers 5 the other.
 */
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
 * Returns whether a file of an earlier checkpoint must be removed when new weights are saved: shards of the same format with
 * their index, and for a new PyTorch file also all safetensors files, which readers prefer.
 *
 * @param safe whether the new weights are `model.safetensors`; otherwise they are `pytorch_model.bin`
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

/** Returns the transpose of a row-major matrix [rows, columns]. */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = values[row * columns + column];
    }
  }
  return result;
}
