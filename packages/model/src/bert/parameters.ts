import { ArgumentError, fillNormal, mixSeeds, namedRandom } from '@geneformer-ts/core';
import { QuantizedWeight, tf } from '@geneformer-ts/engine';
import type { LayerCenters } from './centers.js';
import type { BertConfig } from './config.js';
import { isLayerWeight, type ParameterSpec } from './layout.js';

/** The second key of each random stream: the purpose of its numbers. */
export const purposes = { weights: 1, order: 2, masks: 3, dropout: 4, pairs: 5, views: 6, signs: 12 } as const;

/** Weights as typed arrays: values by Hugging Face name, in the memory layout of `ParameterSpec`. */
export type Weights = Map<string, Float32Array>;

/**
 * Returns newly initialized weights, as in BERT: matrices and tables from normal(0, `initializer_range`), the padding row of
 * the word embedding 0, LayerNorm scales 1, everything else 0. Each tensor has its own random stream, keyed by the seed and the
 * name of the tensor, so that a head does not change the encoder below it.
 */
export function initialWeights(specs: readonly ParameterSpec[], config: BertConfig, seed: number): Weights {
  return new Map(specs.map((spec) => [spec.name, initialTensor(spec, config, seed)]));
}

function initialTensor(spec: ParameterSpec, config: BertConfig, seed: number): Float32Array {
  const values = new Float32Array(spec.shape.reduce((a, b) => a * b, 1));
  if (spec.kind === 'scale') return values.fill(1);
  if (spec.kind === 'shift' || spec.kind === 'bias') return values;
  const letters = Array.from(spec.name, (letter) => letter.charCodeAt(0));
  fillNormal(values, config.initializer_range, namedRandom(seed, purposes.weights, mixSeeds(...letters)));
  if (spec.name === 'bert.embeddings.word_embeddings.weight') {
    const start = config.pad_token_id * config.hidden_size;
    values.fill(0, start, start + config.hidden_size);
  }
  return values;
}

/** How the activations of an encoder are centered. */
export interface Centering {
  /** Vectors in place of the variables, by name. */
  vectors: ReadonlyMap<string, tf.Tensor>;
  /** The means that activations lack, of each layer. */
  centers: readonly LayerCenters[];
}

interface Quantized {
  value: object;
  backend: tf.KernelBackend;
  weight: Promise<QuantizedWeight>;
}

/** The weights of a model on the current backend: a map from Hugging Face tensor names to variables. */
export class Parameters {
  private readonly variables = new Map<string, tf.Variable>();
  /** Weights in 8-bit integers by name, each with the value that it was made from and the backend that it is on. */
  private readonly quantized = new Map<string, Quantized>();
  /** Of the result of `toInt8`: the weights that it uses, and how its activations are centered. */
  private readonly used?: ReadonlyMap<string, QuantizedWeight>;
  private readonly centering?: Centering;

  constructor(
    readonly specs: readonly ParameterSpec[],
    weights: Weights,
  ) {
    for (const spec of specs) {
      const values = weights.get(spec.name) as Float32Array;
      const initial = tf.tensor(values, [...spec.shape], 'float32');
      this.variables.set(spec.name, tf.variable(initial));
      initial.dispose();
    }
  }

  /**
   * Returns the variable with a name of `specs`.
   *
   * @throws ArgumentError after `dispose`
   * @throws RangeError for other names
   */
  get(name: string): tf.Variable {
    const variable = this.variables.get(name);
    if (!variable && this.variables.size === 0) {
      throw new ArgumentError('model', 'its weights were freed by dispose()', 'load it again');
    }
    if (!variable) throw new RangeError(`parameter ${name} not found; use a name of specs`);
    return variable;
  }

  /** Returns the weight of a linear layer: the variable, or 8-bit integers in the result of `toInt8`. */
  weight(name: string): tf.Variable | QuantizedWeight {
    return this.used?.get(name) ?? this.get(name);
  }

  /** Returns a bias or another vector: the variable, or its centered value in the result of `toInt8`. */
  vector(name: string): tf.Tensor {
    return this.centering?.vectors.get(name) ?? this.get(name);
  }

  /** Of the result of `toInt8`: the means that activations lack, of each layer. */
  get centers(): readonly LayerCenters[] | undefined {
    return this.centering?.centers;
  }

  /**
   * Returns these parameters for passes without training, with the weights of all linear maps in the layers of the encoder as 8-bit
   * integers. They are kept for the next call, until the variables or the backend change. The caller frees `centering`.
   */
  async toInt8(centering: Centering): Promise<Parameters> {
    const used = new Map<string, QuantizedWeight>();
    for (const { name } of this.specs.filter(isLayerWeight)) {
      const variable = this.get(name) as tf.Variable<tf.Rank.R2>;
      const backend = tf.backend();
      let known = this.quantized.get(name);
      if (known?.value !== variable.dataId || known.backend !== backend) {
        void known?.weight.then(free, nothingToFree);
        const made = { value: variable.dataId, backend, weight: QuantizedWeight.of(variable) };
        // After an error the next call tries again, perhaps with other values.
        made.weight.catch(() => this.quantized.get(name) === made && this.quantized.delete(name));
        this.quantized.set(name, made);
        known = made;
      }
      used.set(name, await known.weight);
    }
    return Object.create(this, { used: { value: used }, centering: { value: centering } }) as Parameters;
  }

  /** Frees the weights of `toInt8` and the graphs that they are in. */
  private async releaseQuantized(): Promise<void> {
    const known = [...this.quantized.values()];
    this.quantized.clear();
    for (const { weight } of known) await weight.then(free, nothingToFree);
  }

  /** Returns copies of the values, in the memory layout of `specs`; default all. */
  async read(specs: readonly ParameterSpec[] = this.specs): Promise<Weights> {
    const weights: Weights = new Map();
    for (const { name } of specs) weights.set(name, Float32Array.from(await this.get(name).data()));
    return weights;
  }

  /** Overwrites the values of the named parameters. */
  write(weights: Weights): void {
    for (const [name, data] of weights) {
      const variable = this.get(name);
      const values = tf.tensor(data, variable.shape, 'float32');
      variable.assign(values);
      values.dispose();
    }
  }

  /** Frees the variables. */
  dispose(): void {
    void this.releaseQuantized();
    for (const variable of this.variables.values()) variable.dispose();
    this.variables.clear();
  }
}

const free = (weight: QuantizedWeight): void => weight.dispose();
/** For a weight that could not be made. */
const nothingToFree = (): void => undefined;
