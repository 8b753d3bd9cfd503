import { mixSeeds } from '@geneformer-ts/core';
import { AdamW, type AdamWState, tf } from '@geneformer-ts/engine';
import type { DropoutSeeds } from '../bert/encoder.js';
import type { ParameterSpec } from '../bert/layout.js';
import type { Parameters } from '../bert/parameters.js';
import type { TrainingArguments } from './arguments.js';

/** AdamW on some parameters of a model, with moments by Hugging Face name. Biases and LayerNorm have no weight decay. */
export class Optimizer {
  readonly variables: tf.Variable[];
  private readonly adam: AdamW;

  constructor(
    parameters: Parameters,
    private readonly specs: readonly ParameterSpec[],
    private readonly args: TrainingArguments,
  ) {
    this.variables = specs.map((spec) => parameters.get(spec.name));
    const decaying = specs.filter(({ kind }) => kind === 'matrix' || kind === 'table');
    const names = new Set(decaying.map((spec) => parameters.get(spec.name).name));
    this.adam = new AdamW({
      beta1: args.adamBeta1,
      beta2: args.adamBeta2,
      epsilon: args.adamEpsilon,
      weightDecay: args.weightDecay,
      decays: (name) => names.has(name),
    });
  }

  /** Makes one update. Call it inside `tf.tidy`; nothing is computed until a tensor is read. */
  apply(gradients: tf.NamedTensorMap, learningRate: number): void {
    const { maxGradNorm } = this.args;
    this.adam.apply(this.variables, gradients, { learningRate, ...(maxGradNorm > 0 && { maxGradNorm }) });
  }

  /** Returns the moments as tensors of a file, `exp_avg.<name>` and `exp_avg_sq.<name>`; none before the first update. */
  async tensors(): Promise<Map<string, { shape: number[]; data: Float32Array }>> {
    const { moments } = await this.adam.state();
    const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
    this.specs.forEach(({ name, shape }, i) => {
      const moment = moments.get(this.variables[i].name);
      if (!moment) return;
      tensors.set(`exp_avg.${name}`, { shape: [...shape], data: moment.first });
      tensors.set(`exp_avg_sq.${name}`, { shape: [...shape], data: moment.second });
    });
    return tensors;
  }

  /** Restores the result of `tensors` after update `step`. */
  restore(step: number, tensors: ReadonlyMap<string, Float32Array>): void {
    const moments: AdamWState['moments'] = new Map();
    this.specs.forEach(({ name }, i) => {
      const first = tensors.get(`exp_avg.${name}`);
      const second = tensors.get(`exp_avg_sq.${name}`);
      if (first && second) moments.set(this.variables[i].name, { first, second });
    });
    this.adam.restore(this.variables, { step, moments });
  }

  /** Frees the moments. */
  dispose(): void {
    this.adam.dispose();
  }
}

/** A batch that is ready for computation. */
export interface PreparedBatch {
  /** Sum of the weights of the mean loss. */
  weight: number;
  /** Returns the mean loss; called inside a gradient tape. */
  loss(seeds: DropoutSeeds): tf.Scalar;
}

/**
 * Makes one update with the gradient of the mean loss over all batches together, also for batches of different sizes.
 *
 * @param seed seed of the dropout of this update
 * @returns the mean loss before the update
 */
export async function update(
  optimizer: Optimizer,
  batches: readonly PreparedBatch[],
  learningRate: number,
  seed: number,
): Promise<number> {
  if (batches.length > 1) return accumulatedUpdate(optimizer, batches, learningRate, seed);
  const loss = tf.tidy(() => {
    const { value, grads } = tf.variableGrads(() => batches[0].loss(dropoutSeeds(seed, 0)), optimizer.variables);
    optimizer.apply(grads, learningRate);
    return value;
  });
  return readAndFree(loss);
}

async function accumulatedUpdate(
  optimizer: Optimizer,
  batches: readonly PreparedBatch[],
  learningRate: number,
  seed: number,
): Promise<number> {
  const { variables } = optimizer;
  // Without known values all losses are 0, and the mean must be 0, not 0 / 0.
  const total = batches.reduce((sum, batch) => sum + batch.weight, 0) || 1;
  let sums: tf.NamedTensorMap = Object.fromEntries(variables.map(({ name, shape }) => [name, tf.zeros(shape)]));
  let mean = 0;
  for (const [index, batch] of batches.entries()) {
    const share = batch.weight / total;
    const { loss, added } = tf.tidy(() => {
      // Scales the loss, not its gradients, which are as large as the model.
      const scaled = () => tf.mul<tf.Scalar>(batch.loss(dropoutSeeds(seed, index)), tf.scalar(share));
      const { value, grads } = tf.variableGrads(scaled, variables);
      const entries = Object.entries(grads).map(([name, grad]) => [name, tf.add(sums[name], grad)]);
      return { loss: value, added: Object.fromEntries(entries) as tf.NamedTensorMap };
    });
    // Reading the loss computes this batch now, so that every batch of a shape has the same graph.
    mean += await readAndFree(loss);
    tf.dispose(sums);
    sums = added;
  }
  tf.tidy(() => optimizer.apply(sums, learningRate));
  tf.dispose(sums);
  await variables[0].data();
  return mean;
}

async function readAndFree(loss: tf.Scalar): Promise<number> {
  const [value] = await loss.data();
  loss.dispose();
  return value;
}

/** Returns the seeds for the dropouts of a batch, in the order of use: whole numbers below 2³¹. */
function dropoutSeeds(seed: number, batch: number): DropoutSeeds {
  let site = 0;
  return () => mixSeeds(seed, batch, site++) >>> 1;
}
