/**
 * Checkpoints written here, loaded by PyTorch: outputs, losses and gradients of both, on batches with padding.
 *
 *     npx nx run model:parity
 *
 * Small models with every head are trained for some updates and saved; one with the shape of Geneformer V1-10M has random weights and cells of
 * up to 2,048 tokens. Each folder must load strictly into plain PyTorch modules with Hugging Face's names (model_torch.py); then the largest
 * differences are shown, and the command fails beyond 1e-5 on outputs or 1e-4 of a tensor's largest gradient.
 *
 * Options: `--only NAME,...`, `--backend NAME` (default onnx), `--python PATH` (Python with PyTorch and NumPy; default /usr/bin/python3).
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sparseSoftmaxCrossEntropy, tf, useBackend } from '../../packages/engine/dist/index.js';
import { readSafetensors } from '../../packages/io/dist/index.js';
import * as geneformer from '../../packages/model/dist/index.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    backend: { type: 'string', default: 'onnx' },
    python: { type: 'string', default: '/usr/bin/python3' },
  },
});
const oracle = fileURLToPath(new URL('model-outputs.py', import.meta.url));

const small = { ...geneformer.presetConfig('tiny', 200), hidden_size: 32, num_hidden_layers: 3 };
const large = geneformer.presetConfig('geneformer-v1-10m');
const labels = ['a', 'b', 'c'];
const training = { maxSteps: 20, learningRate: 3e-3, perDeviceTrainBatchSize: 4 };

/** Each makes a model and says what its labels are; small ones train it first. */
const cases = {
  'masked-lm': {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForMaskedLM.fromConfig(small, { seed: 1 }),
    train: (model, cells) => geneformer.pretrain(model, cells, training),
    labels: (cells) => cells.map((cell) => cell.map((id, at) => (at % 7 === 1 ? id : -100))),
  },
  'untied-masked-lm': {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForMaskedLM.fromConfig({ ...small, tie_word_embeddings: false }, { seed: 1 }),
    train: (model, cells) => geneformer.pretrain(model, cells, training),
    labels: (cells) => cells.map((cell) => cell.map((id, at) => (at % 7 === 1 ? id : -100))),
  },
  'cell-classifier': {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForSequenceClassification.fromConfig(small, { labels, seed: 1 }),
    train: (model, cells) => geneformer.finetune(model, cells, Int32Array.of(0, 1, 2, 1), training),
    labels: () => [0, 1, 2, 1],
  },
  'cell-classifier-mean': {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForSequenceClassification.fromConfig(small, { labels, seed: 1, pooling: 'mean' }),
    train: (model, cells) => geneformer.finetune(model, cells, Int32Array.of(0, 1, 2, 1), training),
    labels: () => [0, 1, 2, 1],
  },
  'as pytorch_model.bin': {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForSequenceClassification.fromConfig(small, { labels, seed: 1 }),
    labels: () => [0, 1, 2, 1],
    save: { safeSerialization: false },
  },
  regression: {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForSequenceRegression.fromConfig(small, { labels: ['age'], seed: 1 }),
    train: (model, cells) => geneformer.finetuneRegression(model, cells, Float32Array.of(1, -1, 0.5, 2), training),
    labels: () => [1, -1, 0.5, 2],
  },
  'gene-classifier': {
    cells: () => drawCells(small, [40, 64, 17, 3]),
    model: () => geneformer.BertForTokenClassification.fromConfig(small, { labels, seed: 1 }),
    train: (model, cells) => geneformer.finetuneTokens(model, cells, geneClasses(small), training),
    labels: (cells) => cells.map((cell) => cell.map((id) => geneClasses(small).get(id) ?? -100)),
  },
  'v1-10m-masked-lm': {
    cells: () => drawCells(large, [2048, 1311]),
    model: () => geneformer.BertForMaskedLM.fromConfig(large, { seed: 1 }),
    labels: (cells) => cells.map((cell) => cell.map((id, at) => (at % 7 === 1 ? id : -100))),
  },
  'v1-10m-cell-classifier': {
    cells: () => drawCells(large, [2048, 1311]),
    model: () => geneformer.BertForSequenceClassification.fromConfig(large, { labels, seed: 1 }),
    labels: () => [0, 2],
  },
  'v1-10m-gene-classifier': {
    cells: () => drawCells(large, [2048, 1311]),
    model: () => geneformer.BertForTokenClassification.fromConfig(large, { labels, seed: 1 }),
    labels: (cells) => cells.map((cell) => cell.map((id) => geneClasses(large).get(id) ?? -100)),
  },
};

await useBackend(options.backend);
const rows = [];
for (const [name, setUp] of Object.entries(cases)) {
  if (!options.only || options.only.split(',').includes(name)) rows.push({ name, ...(await compare(setUp)) });
}
const short = (value) => (typeof value === 'number' ? Number(value.toPrecision(value > 1 ? 12 : 2)) : value);
console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, short(value)]))));
if (
  !rows.every(({ outputs, hidden, loss, gradients }) => Math.max(outputs, hidden, loss) <= 1e-5 && gradients <= 1e-4)
) {
  console.error(
    'a difference is above its limit: 1e-5 on outputs, hidden states and losses, 1e-4 relative on gradients',
  );
  process.exitCode = 1;
}

async function compare(setUp) {
  const ids = setUp.cells();
  const cells = {
    inputIds: Int32Array.from(ids.flat()),
    offsets: Int32Array.from([0, ...ids.map((cell) => cell.length)]),
  };
  for (let i = 1; i < cells.offsets.length; i++) cells.offsets[i] += cells.offsets[i - 1];
  const model = setUp.model();
  if (setUp.train) await setUp.train(model, cells);
  const wanted = setUp.labels(ids);

  const folder = await mkdtemp(path.join(tmpdir(), 'geneformer-parity-'));
  try {
    await model.savePretrained(folder, setUp.save);
    await writeFile(path.join(folder, 'task.json'), JSON.stringify({ cells: ids, labels: wanted }));
    const { status } = spawnSync(options.python, [oracle, folder], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${options.python} ${oracle} ended with status ${status}`);
    const { tensors } = await readSafetensors(path.join(folder, 'outputs.safetensors'));
    const theirs = (name) => tensors.get(name).data;

    const { data: hidden } = await geneformer.embedOccurrences(model, cells);
    const { outputs, loss } = objective(model, ids, wanted);
    const found = tf.tidy(outputs);
    const used = await found.data();
    found.dispose();
    const { value, grads } = tf.variableGrads(
      loss,
      model.parameters.specs.map(({ name }) => model.parameters.get(name)),
    );
    let gradients = 0;
    for (const { name, kind, shape } of model.parameters.specs) {
      // The bias of a key shifts all scores alike: its gradient is 0 but for rounding.
      if (name.endsWith('key.bias')) continue;
      const ours = await grads[model.parameters.get(name).name].data();
      gradients = Math.max(gradients, relative(ours, theirs(`grad.${name}`), kind === 'matrix' ? shape : null));
    }
    const result = {
      parameters: model.parameterCount,
      hidden: difference(hidden, theirs('hidden')),
      outputs: difference(used, theirs('outputs')),
      loss: difference(await value.data(), theirs('loss')),
      gradients,
    };
    tf.dispose([value, grads]);
    model.dispose();
    return result;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The head's outputs and the loss as functions of the weights, on one padded batch. */
function objective(model, ids, wanted) {
  const length = Math.max(...ids.map((cell) => cell.length));
  const rows = ids.length;
  const flat = new Int32Array(rows * length);
  const mask = new Float32Array(rows * length).fill(-1e9);
  ids.forEach((cell, row) => {
    flat.set(cell, row * length);
    mask.fill(0, row * length, row * length + cell.length);
  });
  const input = () => ({
    rows,
    length,
    inputIds: tf.tensor1d(flat, 'int32'),
    mask: tf.tensor4d(mask, [rows, 1, 1, length]),
  });

  if (model.pooling) {
    const pooling = () => {
      const weights = mask.map((value, at) => (value === 0 ? 1 / ids[Math.floor(at / length)].length : 0));
      if (model.pooling === 'mean') return { mean: tf.tensor3d(weights, [rows, 1, length]) };
      return {
        first: tf.tensor1d(
          Int32Array.from(ids, (_, row) => row * length),
          'int32',
        ),
      };
    };
    const outputs = () => model.logits({ ...input(), ...pooling() });
    const isRegression = model.head.kind === 'sequence-regression';
    const loss = isRegression
      ? () => tf.mean(tf.square(tf.sub(outputs(), tf.tensor2d(wanted, [rows, 1]))))
      : () => sparseSoftmaxCrossEntropy(outputs(), tf.tensor1d(wanted, 'int32'));
    return { outputs, loss };
  }
  // As many slots in each row; the unused ones repeat its first position without a label.
  const asked = wanted.map((row) => [...row.keys()].filter((at) => row[at] >= 0));
  const slots = Math.max(...asked.map((row) => row.length));
  const pairs = asked.flatMap((row, r) =>
    Array.from({ length: slots }, (_, slot) => [r * length + (row[slot] ?? 0), wanted[r][row[slot]] ?? -1]),
  );
  const logits = () =>
    model.logits(
      input(),
      tf.tensor1d(
        pairs.map(([at]) => at),
        'int32',
      ),
    );
  const labelled = Int32Array.from(pairs.keys()).filter((slot) => pairs[slot][1] >= 0);
  return {
    outputs: () => tf.gather(logits(), tf.tensor1d(labelled, 'int32')),
    loss: () =>
      sparseSoftmaxCrossEntropy(
        logits(),
        tf.tensor1d(
          pairs.map(([, label]) => label),
          'int32',
        ),
      ),
  };
}

function difference(a, b) {
  if (a.length !== b.length) throw new Error(`${a.length} values here and ${b.length} there`);
  let worst = 0;
  // NaN compares false with everything: it must not pass for 0.
  for (let i = 0; i < a.length; i++) if (!(Math.abs(a[i] - b[i]) <= worst)) worst = Math.abs(a[i] - b[i]);
  return worst;
}

/** Largest difference over the largest value; a matrix is [in, out] here and [out, in] there. */
function relative(ours, theirs, shape) {
  const [inner, outer] = shape ?? [0, 0];
  const there = shape ? ours.map((_, at) => theirs[(at % outer) * inner + Math.floor(at / outer)]) : theirs;
  return difference(ours, there) / theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Cells of different genes, the same every time. */
function drawCells({ vocab_size: size }, lengths) {
  let state = 12345;
  const draw = () => (state = (Math.imul(state, 1103515245) + 12345) >>> 1) / 2 ** 31;
  return lengths.map((length) => {
    const genes = new Set();
    while (genes.size < length) genes.add(2 + Math.floor(draw() * (size - 2)));
    return [...genes];
  });
}

/** A class for every fourth gene. */
function geneClasses({ vocab_size: size }) {
  return new Map(Array.from({ length: Math.floor((size - 2) / 4) }, (_, i) => [2 + 4 * i, i % 3]));
}
