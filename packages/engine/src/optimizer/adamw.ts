import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { tf } from '../tf.js';
import { updateAdamW } from './update-adamw.js';

/** Options of {@link AdamW}. */
export interface AdamWOptions {
  /** Decay rate of the first moment. Default 0.9. */
  beta1?: number;
  /** Decay rate of the second moment. Default 0.999. */
  beta2?: number;
  /** Added to the root of the second moment. Default 1e-8. */
  epsilon?: number;
  /** Decoupled weight decay. Default 0.01. */
  weightDecay?: number;
  /** Returns whether weight decay applies to the variable with this name. Default all variables. */
  decays?: (name: string) => boolean;
}

const known: OptionNames<AdamWOptions> = { beta1: true, beta2: true, epsilon: true, weightDecay: true, decays: true };

/** Options of one step. */
export interface AdamWStep {
  /** Finite, at least 0. */
  learningRate: number;
  /** Maximum global norm of the gradients; larger gradients are scaled down. Above 0; default none. */
  maxGradNorm?: number | undefined;
}

const stepNames: OptionNames<AdamWStep> = { learningRate: true, maxGradNorm: true };

/** Saved state of {@link AdamW}; the keys of the moments are variable names. */
export interface AdamWState {
  /** Number of steps made. */
  step: number;
  moments: Map<string, { first: Float32Array; second: Float32Array }>;
}

interface Moments {
  first: tf.Variable;
  second: tf.Variable;
}

/**
 * AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay. The formulas are those of PyTorch's `torch.optim.AdamW` and
 * `clip_grad_norm_`. On the onnx backend, a WebAssembly kernel updates each variable in place after the graph that computes the gradients.
 *
 * ```ts
 * const optimizer = new AdamW({ weightDecay: 0.01 });
 * const x = tf.variable(tf.scalar(1));
 * const loss = tf.tidy(() => {
 *   const { value, grads } = tf.variableGrads(() => tf.square(x));
 *   optimizer.apply([x], grads, { learningRate: 0.1 });
 *   return tf.keep(value);
 * });
 * await loss.data(); // [1]
 * await x.data(); // [0.899]
 * ```
 */
export class AdamW {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly weightDecay: number;
  private readonly decays: (name: string) => boolean;
  private readonly moments = new Map<string, Moments>();
  private steps = 0;

  /** @throws {ArgumentError} when a coefficient is out of its range */
  constructor(options: AdamWOptions = {}) {
    checkOptions('AdamW', options, known);
    const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0.01, decays = () => true } = options;
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1))
      throw ArgumentError.of('AdamW betas', [beta1, beta2], 'numbers in [0, 1)');
    if (!(epsilon > 0)) throw ArgumentError.of('AdamW epsilon', epsilon, 'a number above 0');
    if (!(weightDecay >= 0)) throw ArgumentError.of('AdamW weightDecay', weightDecay, 'a number of at least 0');
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    this.decays = decays;
  }

  /**
   * Makes one step on every variable that has a gradient.
   *
   * @param gradients gradients by variable name, as returned by `tf.variableGrads`; they are not disposed
   * @returns the global norm of the gradients before clipping; it is computed only if it is read or needed for clipping
   * @throws {ArgumentError} when an option is out of its range, or a gradient does not have the shape of its variable; nothing changes
   */
  apply(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap, options: AdamWStep): tf.Scalar {
    checkOptions('apply', options, stepNames);
    const { learningRate, maxGradNorm } = options;
    if (!(Number.isFinite(learningRate) && learningRate >= 0))
      throw ArgumentError.of('AdamW learningRate', learningRate, 'a finite number of at least 0');
    if (maxGradNorm !== undefined && !(maxGradNorm > 0))
      throw ArgumentError.of('AdamW maxGradNorm', maxGradNorm, 'a number above 0');
    const pairs = pair(variables, gradients);
    this.steps++;
    const correction1 = 1 - power(this.beta1, this.steps);
    const correction2 = Math.sqrt(1 - power(this.beta2, this.steps));
    return tf.tidy(() => {
      const norm = globalNorm(pairs.map(({ gradient }) => gradient));
      const clip =
        maxGradNorm === undefined
          ? undefined
          : tf.minimum(tf.scalar(1), tf.div(tf.scalar(maxGradNorm), tf.add(norm, tf.scalar(1e-6))));
      // sqrt(v / c2) + e = (sqrt(v) + e * sqrt(c2)) / sqrt(c2); the right side needs fewer operations per parameter.
      const scalars = {
        beta1: this.beta1,
        beta2: this.beta2,
        stepSize: (learningRate * correction2) / correction1,
        epsilon: this.epsilon * correction2,
      };
      for (const { variable, gradient } of pairs) {
        const decayFactor = this.decays(variable.name) ? 1 - learningRate * this.weightDecay : 1;
        const moments = this.momentsOf(variable);
        const [value, first, second] = updateAdamW(
          { parameter: variable, ...moments, gradient, clip },
          scalars,
          decayFactor,
        );
        variable.assign(value);
        moments.first.assign(first);
        moments.second.assign(second);
      }
      return norm;
    });
  }

  private momentsOf(variable: tf.Variable): Moments {
    let moments = this.moments.get(variable.name);
    if (!moments) {
      const zeros = (): tf.Variable => tf.variable(tf.zeros(variable.shape), false);
      moments = { first: zeros(), second: zeros() };
      this.moments.set(variable.name, moments);
    }
    return moments;
  }

  /** Returns a copy of the state, for `restore`. */
  async state(): Promise<AdamWState> {
    const moments: AdamWState['moments'] = new Map();
    for (const [name, { first, second }] of this.moments) {
      moments.set(name, {
        first: Float32Array.from(await first.data()),
        second: Float32Array.from(await second.data()),
      });
    }
    return { step: this.steps, moments };
  }

  /**
   * Restores a saved state. Training then continues with bit-identical results.
   *
   * @throws {ArgumentError} when a moment does not have the size of its variable
   */
  restore(variables: readonly tf.Variable[], state: AdamWState): void {
    this.dispose();
    this.steps = state.step;
    for (const variable of variables) {
      const saved = state.moments.get(variable.name);
      if (!saved) continue;
      if (saved.first.length !== variable.size || saved.second.length !== variable.size) {
        throw new ArgumentError(
          'AdamW.restore',
          `moments of ${variable.name} have ${saved.first.length} values, but the variable has ${variable.size}`,
          'restore the state of the same model',
        );
      }
      const load = (values: Float32Array): tf.Variable => tf.variable(tf.tensor(values.slice(), variable.shape), false);
      this.moments.set(variable.name, { first: load(saved.first), second: load(saved.second) });
    }
  }

  /** Frees the moments. */
  dispose(): void {
    for (const { first, second } of this.moments.values()) {
      first.dispose();
      second.dispose();
    }
    this.moments.clear();
    this.steps = 0;
  }
}

interface Pair {
  variable: tf.Variable;
  gradient: tf.Tensor;
}

/** Returns the variables that have a gradient, with the gradient. */
function pair(variables: readonly tf.Variable[], gradients: tf.NamedTensorMap): Pair[] {
  return variables.flatMap((variable) => {
    const gradient = gradients[variable.name];
    if (!gradient) return [];
    if (tf.util.arraysEqual(gradient.shape, variable.shape)) return [{ variable, gradient }];
    throw new ArgumentError(
      'AdamW',
      `the gradient of ${variable.name} has shape [${gradient.shape.join(', ')}], but the variable has [${variable.shape.join(', ')}]`,
      'give gradients of these variables',
    );
  });
}

function globalNorm(gradients: readonly tf.Tensor[]): tf.Scalar {
  if (gradients.length === 0) return tf.scalar(0);
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum<tf.Scalar>(tf.square(gradient)))));
}

/** Returns `base ** exponent` by multiplications, because the last bits of `**` differ between Node 24 and Node 20 or 22. */
export function power(base: number, exponent: number): number {
  let result = 1;
  for (let factor = base, left = exponent; left > 0; left = Math.floor(left / 2), factor *= factor) {
    if (left % 2 === 1) result *= factor;
  }
  return result;
}
