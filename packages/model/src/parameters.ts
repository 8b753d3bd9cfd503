import { tf } from '@geneformer-ts/engine';
import type { ParameterSpec } from './layout.js';
import type { Weights } from './weights.js';

/** The weights of a model on the current backend: a flat map from Hugging Face tensor names to variables. */
export class Parameters {
  private readonly variables = new Map<string, tf.Variable>();

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

  /** The variable of that name; every name in `specs` has one. */
  get(name: string): tf.Variable {
    const variable = this.variables.get(name);
    if (!variable) throw new RangeError(`no parameter is called ${name}`);
    return variable;
  }

  /** Copies values out, in the memory layout of `specs`; default: all of them. */
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

  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
    this.variables.clear();
  }
}
