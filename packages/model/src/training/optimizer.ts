import { mixSeeds } from '@geneformer-ts/core';
import { AdamW, type AdamWState, tf } from '@geneformer-ts/engine';
import type { DropoutSeeds } from '../bert/encoder.js';
import type { ParameterSpec } from '../bert/layout.js';
import type { Parameters } from '../bert/parameters.js';
import type { TrainingArguments } from './arguments.js';

/** Parameters with one learning rate, and their AdamW. */
interface Group {
  /** Factor of the learning rate. */
  factor: number;
  specs: ParameterSpec[];
  variables: tf.Variable[];
  adam: AdamW;
}

/**
 * AdamW on some parameters of a model, with moments by Hugging Face name. Biases and LayerNorm have no weight decay. Parameters can have
 * different learning rates; gradients are clipped by their norm over all of them.
 */
export class Optimizer {
  readonly variables: tf.Variable[];
  private readonly groups: Group[];

  /** @param rateOf factor of the learning rate of a parameter; default 1 for all */
  constructor(
    parameters: Parameters,
    specs: readonly ParameterSpec[],
    private readonly args: TrainingArguments,
    rateOf: (name: string) => number = () => 1,
  ) {
    this.variables = specs.map((spec) => parameters.get(spec.name));
    const factors = [...new Set(specs.map(({ name }) => rateOf(name)))];
    this.groups = factors.map((factor) => {
      const own = specs.filter(({ name }) => rateOf(name) === factor);
      const decaying = own.filter(({ kind }) => kind === 'matrix' || kind === 'table');
      const names = new Set(decaying.map((spec) => parameters.get(spec.name).name));
      const adam = new AdamW({
        beta1: args.adamBeta1,
        beta2: args.adamBeta2,
        epsilon: args.adamEpsilon,
        weightDecay: args.weightDecay,
        decays: (name) => names.has(name),
      });
      return { factor, specs: own, variables: own.map((spec) => parameters.get(spec.name)), adam };
    });
  }

  /** Makes one update. Call it inside `tf.tidy`; nothing is computed until a tensor is read. */
  apply(gradients: tf.NamedTensorMap, learningRate: number): void {
    const { maxGradNorm } = this.args;
    const isOne = this.groups.length === 1;
    const given = isOne || maxGradNorm === 0 ? gradients : clipped(gradients, maxGradNorm);
    for (const { factor, variables, adam } of this.groups) {
      adam.apply(variables, given, {
        learningRate: factor * learningRate,
        ...(isOne && maxGradNorm > 0 && { maxGradNorm }),
      });
    }
  }

  /** Returns the moments as tensors of a file, `exp_avg.<name>` and `exp_avg_sq.<name>`; none before the first update. */
  async tensors(): Promise<Map<string, { shape: number[]; data: Float32Array }>> {
    const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
    for (const { specs, variables, adam } of this.groups) {
      const { moments } = await adam.state();
      specs.forEach(({ name, shape }, i) => {
        const moment = moments.get(variables[i].name);
        if (!moment) return;
        tensors.set(`exp_avg.${name}`, { shape: [...shape], data: moment.first });
        tensors.set(`exp_avg_sq.${name}`, { shape: [...shape], data: moment.second });
      });
    }
    return tensors;
  }

  /** Restores the result of `tensors` after update `step`. */
  restore(step: number, tensors: ReadonlyMap<string, Float32Array>): void {
    for (const { specs, variables, adam } of this.groups) {
      const moments: AdamWState['moments'] = new Map();
      specs.forEach(({ name }, i) => {
        const first = tensors.get(`exp_avg.${name}`);
        const second = tensors.get(`exp_avg_sq.${name}`);
        if (first && second) moments.set(variables[i].name, { first, second });
      });
      adam.restore(variables, { step, moments });
    }
  }

  /** Frees the moments. */
  dispose(): void {
    for (const { adam } of this.groups) adam.dispose();
  }
}

/** Returns gradients scaled down to a global norm, as AdamW of the engine does it for all its variables. */
function clipped(gradients: tf.NamedTensorMap, most: number): tf.NamedTensorMap {
  const squares = Object.values(gradients).map((gradient) => tf.sum<tf.Scalar>(tf.square(gradient)));
  const norm = tf.sqrt(tf.addN(squares));
  const scale = tf.minimum(tf.scalar(1), tf.div(tf.scalar(most), tf.add(norm, tf.scalar(1e-6))));
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, scale)]));
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
