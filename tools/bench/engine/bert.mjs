/** Geneformer V1-10M's architecture on the engine alone, with random parameters: what the benchmark computes. */
import {
  AdamW,
  dropout,
  layerNorm,
  linear,
  multiHeadAttention,
  sparseSoftmaxCrossEntropy,
  tf,
} from '@geneformer-ts/engine';
import { architecture, MASKED_SHARE } from './arithmetic.mjs';

const { vocabulary, positions, width, heads, inner, layers } = architecture;

export class Bert {
  variables = [];
  seed = 1;
  optimizer = new AdamW();

  constructor({ dropout: rate }) {
    this.rate = rate;
    this.draw = generator(12345);
    const norm = () => ({ gamma: this.filled([width], 1), beta: this.filled([width], 0) });
    const dense = (from, to) => ({ weight: this.random([from, to]), bias: this.filled([to], 0) });
    this.tokens = this.random([vocabulary, width]);
    this.positions = this.random([positions, width]);
    this.types = this.random([2, width]);
    this.norm = norm();
    this.layers = Array.from({ length: layers }, () => ({
      q: dense(width, width),
      k: dense(width, width),
      v: dense(width, width),
      o: dense(width, width),
      norm1: norm(),
      up: dense(width, inner),
      down: dense(inner, width),
      norm2: norm(),
    }));
    this.classifier = dense(width, 2);
    this.transform = dense(width, width);
    this.transformNorm = norm();
    this.vocabularyBias = this.filled([vocabulary], 0);
  }

  random(shape) {
    const values = new Float32Array(shape[0] * shape[1]);
    for (let i = 0; i < values.length; i++) values[i] = (this.draw() - 0.5) * 0.068;
    return this.variable(tf.tensor(values, shape));
  }

  filled(shape, value) {
    return this.variable(tf.fill(shape, value));
  }

  variable(initial) {
    const variable = tf.variable(initial);
    this.variables.push(variable);
    return variable;
  }

  /** All cells have the same length, so attention needs no mask; transformers drops a mask of ones as well. */
  encode({ ids }, batch, length, training) {
    const rate = training ? this.rate : 0;
    const drop = (x) => (rate > 0 ? dropout(x, rate, this.seed++) : x);
    const byCell = (x) => tf.reshape(x, [batch, length, width]);
    const apply = (x, { weight, bias }, activation) => linear(x, weight, bias, activation);
    const normalise = (x, { gamma, beta }) => layerNorm(x, gamma, beta);
    const place = tf.add(tf.slice(this.positions, [0, 0], [length, width]), tf.slice(this.types, [0, 0], [1, width]));
    const embedded = tf.add(tf.reshape(tf.gather(this.tokens, ids), [batch, length, width]), place);
    let x = drop(normalise(tf.reshape(embedded, [batch * length, width]), this.norm));
    for (const layer of this.layers) {
      const [q, k, v] = [layer.q, layer.k, layer.v].map((map) => byCell(apply(x, map)));
      const options = { heads, ...(rate > 0 ? { dropout: { rate, seed: this.seed++ } } : {}) };
      const merged = tf.reshape(multiHeadAttention(q, k, v, options), [batch * length, width]);
      x = normalise(tf.add(drop(apply(merged, layer.o)), x), layer.norm1);
      x = normalise(tf.add(drop(apply(apply(x, layer.up, 'relu'), layer.down)), x), layer.norm2);
    }
    return x;
  }

  /** One training step; the returned loss is still to be read. */
  step(loss) {
    return tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, this.variables);
      this.optimizer.apply(this.variables, grads, { learningRate: 1e-4 });
      return tf.keep(value);
    });
  }
}

export function makeInputs(batch, length) {
  const draw = generator(99);
  const masked = Math.round(batch * length * MASKED_SHARE);
  const int32 = (count, value) => tf.tensor1d(Int32Array.from({ length: count }, value), 'int32');
  const token = () => 2 + Math.floor(draw() * 25000);
  return {
    ids: int32(batch * length, token),
    classes: int32(batch, (_, i) => i % 2),
    first: int32(batch, (_, i) => i * length),
    maskedAt: int32(masked, (_, i) => Math.floor(i / MASKED_SHARE)),
    maskedTokens: int32(masked, token),
  };
}

/** The timed operations, each from the call to its result in JavaScript. */
export const works = {
  embed: async (model, inputs, batch, length) => {
    const hidden = tf.tidy(() => model.encode(inputs, batch, length, false));
    await hidden.data();
    hidden.dispose();
  },
  classify: (model, inputs, batch, length) =>
    read(
      model.step(() => {
        const hidden = tf.gather(model.encode(inputs, batch, length, true), inputs.first);
        const { weight, bias } = model.classifier;
        return sparseSoftmaxCrossEntropy(linear(hidden, weight, bias), inputs.classes);
      }),
    ),
  pretrain: (model, inputs, batch, length) =>
    read(
      model.step(() => {
        const hidden = tf.gather(model.encode(inputs, batch, length, true), inputs.maskedAt);
        const { transform, transformNorm } = model;
        const head = linear(hidden, transform.weight, transform.bias, 'relu');
        const normalised = layerNorm(head, transformNorm.gamma, transformNorm.beta);
        const logits = tf.add(tf.matMul(normalised, model.tokens, false, true), model.vocabularyBias);
        return sparseSoftmaxCrossEntropy(logits, inputs.maskedTokens);
      }),
    ),
};

async function read(loss) {
  const [value] = await loss.data();
  loss.dispose();
  return value;
}

/** A linear congruential generator: the benchmark needs numbers, not good ones. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
