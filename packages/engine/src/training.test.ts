import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AdamW,
  attention,
  dropout,
  layerNorm,
  linear,
  resetStats,
  sparseSoftmaxCrossEntropy,
  stats,
  tf,
  trimMemory,
  useBackend,
} from './index.js';
import { randomValues } from './testing/random-values.js';

/** A transformer with one layer and a classifier on the first position. */
const [VOCABULARY, WIDTH, HEADS, LENGTH, BATCH] = [30, 16, 2, 12, 4];

class TinyModel {
  readonly variables: tf.Variable[] = [];
  private readonly optimizer = new AdamW();
  private readonly ids = tf.tensor1d(
    Int32Array.from({ length: BATCH * LENGTH }, (_, i) => (i * 7) % VOCABULARY),
    'int32',
  );
  private readonly labels = tf.tensor1d([0, 1, 0, 1], 'int32');
  private readonly mask = tf.tensor(
    Float32Array.from({ length: BATCH * LENGTH }, (_, i) => (i % LENGTH > 9 ? -1e9 : 0)),
    [BATCH, 1, 1, LENGTH],
  );
  private seed = 1;

  constructor(private readonly rate: number) {
    const shapes = [
      [VOCABULARY, WIDTH],
      ...Array.from({ length: 5 }, () => [WIDTH, WIDTH]),
      [WIDTH],
      [WIDTH],
      [WIDTH, 2],
    ];
    shapes.forEach((shape, i) => {
      const size = tf.util.sizeFromShape(shape);
      const values = randomValues(size, i + 1).map((value) => (shape.length === 1 ? 1 : value * 0.4));
      this.variables.push(tf.variable(tf.tensor(values, shape)));
    });
  }

  async step(): Promise<number> {
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => this.loss(), this.variables);
      this.optimizer.apply(this.variables, grads, { learningRate: 1e-3, maxGradNorm: 1 });
      return tf.keep(value);
    });
    const [value = NaN] = await loss.data();
    loss.dispose();
    return value;
  }

  private loss(): tf.Scalar {
    const [tokens, q, k, v, up, down, gamma, beta, classes] = this.variables as unknown as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const x = layerNorm(tf.gather(tokens, this.ids), gamma, beta);
    const heads = (y: tf.Tensor): tf.Tensor =>
      tf.transpose(tf.reshape(y, [BATCH, LENGTH, HEADS, WIDTH / HEADS]), [0, 2, 1, 3]);
    const options = { mask: this.mask, dropout: { rate: this.rate, seed: this.seed++ } };
    const context = attention(heads(linear(x, q)), heads(linear(x, k)), heads(linear(x, v)), options);
    const merged = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [BATCH * LENGTH, WIDTH]);
    const y = tf.add(x, dropout(linear(linear(merged, up, undefined, 'relu'), down), this.rate, this.seed++));
    const first = tf.gather(
      y,
      tf.tensor1d(
        Int32Array.from({ length: BATCH }, (_, i) => i * LENGTH),
        'int32',
      ),
    );
    return sparseSoftmaxCrossEntropy(linear(first, classes), this.labels);
  }

  dispose(): void {
    this.optimizer.dispose();
    tf.dispose([...this.variables, this.ids, this.labels, this.mask]);
  }
}

async function losses(steps: number, rate: number): Promise<number[]> {
  const model = new TinyModel(rate);
  const values: number[] = [];
  for (let i = 0; i < steps; i++) values.push(await model.step());
  model.dispose();
  return values;
}

const backends = ['onnx', 'wasm', 'cpu'] as const;

describe('fifty steps', () => {
  const results = new Map<string, { plain: number[]; dropped: number[] }>();

  beforeAll(async () => {
    for (const backend of backends) {
      await useBackend(backend, { threads: 2 });
      results.set(backend, { plain: await losses(50, 0), dropped: await losses(10, 0.1) });
    }
  });

  test.each(backends.filter((name) => name !== 'cpu'))('on %s have the losses of the cpu backend', (backend) => {
    expect(results.get(backend)!.plain).toBeAllClose(results.get('cpu')!.plain, { rtol: 1e-4, atol: 1e-4 });
    expect(results.get(backend)?.plain.at(-1)).toBeLessThan(0.5);
  });

  test.each(backends.filter((name) => name !== 'cpu'))(
    'with dropout on %s have the losses of the cpu backend',
    (backend) => {
      expect(results.get(backend)!.dropped).toBeAllClose(results.get('cpu')!.dropped, { rtol: 1e-4, atol: 1e-4 });
    },
  );

  test('give the same bits again and with any number of threads', async () => {
    await useBackend('onnx', { threads: 1 });
    expect(await losses(10, 0.1)).toEqual(results.get('onnx')?.dropped);
  });
});

describe('five hundred steps', () => {
  const model = { current: undefined as TinyModel | undefined };

  beforeAll(async () => {
    await useBackend('onnx', { threads: 1 });
    model.current = new TinyModel(0.1);
    for (let i = 0; i < 20; i++) await model.current.step();
  });

  afterAll(() => model.current?.dispose());

  test('compile no new graphs and do not increase memory', async () => {
    resetStats();
    const before = { rss: process.memoryUsage().rss, ...stats() };
    for (let i = 0; i < 500; i++) await model.current?.step();
    expect(stats()).toMatchObject({ compiles: 0, runs: 500, liveBytes: before.liveBytes, sessions: before.sessions });
    expect(process.memoryUsage().rss - before.rss).toBeLessThan(64 * 2 ** 20);
  });

  test('allow freeing of compiled graphs', async () => {
    await trimMemory();
    expect(stats()).toMatchObject({ sessions: 0, pooledBytes: 0 });
    expect(await model.current?.step()).toBeGreaterThan(0);
  });
});
