import { AdamW, type AdamWState, type tf } from '@geneformer-ts/engine';
import type { ParameterSpec } from './layout.js';
import type { Parameters } from './parameters.js';
import type { TrainingArguments } from './training-arguments.js';

/** AdamW over some of a model's parameters, its moments by Hugging Face name. No decay on biases and LayerNorm. */
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

  /** One update. Call inside `tf.tidy`; nothing is computed until a tensor is read. */
  apply(gradients: tf.NamedTensorMap, learningRate: number): void {
    const { maxGradNorm } = this.args;
    this.adam.apply(this.variables, gradients, { learningRate, ...(maxGradNorm > 0 && { maxGradNorm }) });
  }

  /** The moments, as tensors of a file: `exp_avg.<name>` and `exp_avg_sq.<name>`; none before the first update. */
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

  /** Takes back what `tensors` gave after update `step`. */
  restore(step: number, tensors: ReadonlyMap<string, Float32Array>): void {
    const moments: AdamWState['moments'] = new Map();
    this.specs.forEach(({ name }, i) => {
      const first = tensors.get(`exp_avg.${name}`);
      const second = tensors.get(`exp_avg_sq.${name}`);
      if (first && second) moments.set(this.variables[i].name, { first, second });
    });
    this.adam.restore(this.variables, { step, moments });
  }

  dispose(): void {
    this.adam.dispose();
  }
}
