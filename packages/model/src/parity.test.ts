import { sparseSoftmaxCrossEntropy, tf, useBackend } from '@geneformer-ts/engine';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { embed, encode } from './bert/encoder.js';
import type { Pooling } from './bert/heads.js';
import { toFile } from './checkpoint/state-dict.js';
import { selectPositions } from './data/padded-batch.js';
import { embedCells } from './inference/embed-cells.js';
import { embedGenes } from './inference/embed-genes.js';
import { evaluateRegression } from './inference/evaluate.js';
import { type FilledMask, fillMask } from './inference/fill-mask.js';
import { predictValues } from './inference/predict.js';
import { classifierInput, encoderInput } from './models/input.js';
import { BertForMaskedLM } from './models/masked-lm.js';
import type { BertModel } from './models/model.js';
import { BertForSequenceClassification, BertForSequenceRegression } from './models/sequence-models.js';
import { BertForTokenClassification } from './models/token-classification.js';
import { cellsOf } from './testing/cells.js';
import { checkpointDir, golden, goldenArray, goldenBatch, largest, maxDifference } from './testing/golden.js';
import { finetuneRegression } from './training/finetune-regression.js';
import { finetuneTokens } from './training/finetune-tokens.js';
import { finetune } from './training/finetune.js';

/** Compares the gradients of a loss, in the layout of files, with those of PyTorch. */
async function expectGradients(model: BertModel, prefix: string, names: RegExp, loss: () => tf.Scalar) {
  const specs = model.parameters.specs.filter((spec) => names.test(spec.name));
  const variables = specs.map((spec) => model.parameters.get(spec.name));
  const { value, grads } = tf.variableGrads(loss, variables);
  value.dispose();
  for (const [i, spec] of specs.entries()) {
    const values = Float32Array.from(await grads[variables[i].name].data());
    const ours = toFile([spec], new Map([[spec.name, values]])).get(spec.name)?.data as Float32Array;
    const theirs = await goldenArray(`${prefix}.grad.${spec.name}`);
    // The bias of a key shifts all scores equally and has no gradient, so a relative error is undefined.
    const scale = Math.max(largest(theirs), 1e-3);
    expect({ name: spec.name, close: maxDifference(ours, theirs) / scale < 1e-4 }).toEqual({
      name: spec.name,
      close: true,
    });
  }
  tf.dispose(grads);
}

describe.each(['onnx', 'wasm', 'cpu'] as const)('against PyTorch, %s backend', (backend) => {
  let lm: BertForMaskedLM;
  let classifier: BertForSequenceClassification;

  beforeAll(async () => {
    await useBackend(backend, { threads: 1 });
    lm = await BertForMaskedLM.fromPretrained(checkpointDir);
    classifier = await goldenClassifier('cls');
  });

  afterAll(() => {
    lm.dispose();
    classifier.dispose();
  });

  const maskedLmLogits = () => {
    const input = encoderInput(goldenBatch());
    const flat = golden.positions.flatMap((row, i) => row.map((position) => i * input.length + position));
    return lm.logits(input, tf.tensor1d(flat, 'int32'));
  };
  const maskedLmLoss = () =>
    sparseSoftmaxCrossEntropy(maskedLmLogits(), tf.tensor1d(golden.geneLabels.flat(), 'int32'));
  const classLogits = (model: BertForSequenceClassification) =>
    model.logits(classifierInput(goldenBatch(), model.pooling, model.specialIds));
  const classLoss = (model: BertForSequenceClassification, weights: number[]) =>
    sparseSoftmaxCrossEntropy(
      classLogits(model),
      tf.tensor1d(golden.labels, 'int32'),
      tf.tensor1d(golden.labels.map((label) => weights[label])),
    );

  test('all hidden states are within 1e-5 at tokens', async () => {
    const batch = goldenBatch();
    for (let to = 0; to <= lm.config.num_hidden_layers; to++) {
      const hidden = tf.tidy(() => {
        const input = encoderInput(batch);
        return encode(lm.parameters, lm.config, embed(lm.parameters, lm.config, input), input, { to });
      });
      const ours = await hidden.data<'float32'>();
      const theirs = await goldenArray(`hidden.${to}`);
      batch.lengths.forEach((length, row) => {
        const start = row * batch.length * lm.config.hidden_size;
        const end = start + length * lm.config.hidden_size;
        expect(maxDifference(ours.subarray(start, end), theirs.subarray(start, end))).toBeLessThanOrEqual(1e-5);
      });
      hidden.dispose();
    }
  });

  test('masked-gene logits at used positions and the loss are within 1e-5', async () => {
    const logits = tf.tidy(maskedLmLogits);
    const ours = await logits.data<'float32'>();
    const theirs = await goldenArray('masked_lm.logits');
    // An unused slot has a valid position too, so its logits also equal those of PyTorch.
    expect(maxDifference(ours, theirs)).toBeLessThanOrEqual(1e-5);
    const loss = tf.tidy(maskedLmLoss);
    expect(Math.abs((await loss.data())[0] - golden.maskedLmLoss)).toBeLessThanOrEqual(1e-5);
    tf.dispose([logits, loss]);
  });

  test('gradients of the masked-gene loss are within 1e-4', async () => {
    await expectGradients(lm, 'masked_lm', /./, maskedLmLoss);
  });

  test('class logits from position 0 and the weighted loss are within 1e-5', async () => {
    const logits = tf.tidy(() => classLogits(classifier));
    expect(maxDifference(await logits.data(), await goldenArray('cls.logits'))).toBeLessThanOrEqual(1e-5);
    const loss = tf.tidy(() => classLoss(classifier, golden.classWeights));
    expect(Math.abs((await loss.data())[0] - golden.clsLoss)).toBeLessThanOrEqual(1e-5);
    tf.dispose([logits, loss]);
  });

  test('gradients of the classification loss are within 1e-4', async () => {
    await expectGradients(classifier, 'cls', /./, () => classLoss(classifier, golden.classWeights));
  });

  test('mean pooling: logits, loss and gradients', async () => {
    const model = await goldenClassifier('mean');
    const logits = tf.tidy(() => classLogits(model));
    expect(maxDifference(await logits.data(), await goldenArray('mean.logits'))).toBeLessThanOrEqual(1e-5);
    const loss = tf.tidy(() => classLoss(model, [1, 1, 1, 1]));
    expect(Math.abs((await loss.data())[0] - golden.meanLoss)).toBeLessThanOrEqual(1e-5);
    tf.dispose([logits, loss]);
    await expectGradients(model, 'mean', /pooler|layer\.0\./, () => classLoss(model, [1, 1, 1, 1]));
    model.dispose();
  });

  test('a regression: values, mean squared error and gradients', async () => {
    const model = await BertForSequenceRegression.fromPretrained(checkpointDir, { labels: ['p', 'q', 'r', 's'] });
    // The head of the fixture, which is a classifier there.
    const head = [...(await classifier.parameters.read())].filter(([name]) =>
      /^(classifier|bert\.pooler)\./.test(name),
    );
    model.parameters.write(new Map(head));
    const cells = cellsOf(golden.cells);
    const { values } = await predictValues(model, cells);
    expect(maxDifference(values, await goldenArray('values.logits'))).toBeLessThanOrEqual(1e-5);
    const targets = Float32Array.from(golden.targets.flat());
    expect(Math.abs((await evaluateRegression(model, cells, targets)) - golden.valuesLoss)).toBeLessThanOrEqual(1e-5);
    await expectGradients(model, 'values', /pooler|classifier/, () => {
      const wanted = tf.tensor2d(targets, [4, 4]);
      return tf.mean(tf.square(tf.sub(model.logits(classifierInput(goldenBatch(), 'cls', [0, 1])), wanted)));
    });
    const { losses } = await finetuneRegression(model, cells, targets, {
      maxSteps: 1,
      perDeviceTrainBatchSize: 4,
      maxBuckets: 1,
    });
    expect(losses[0]).toBeCloseTo(golden.valuesLoss, 5);
    model.dispose();
  });

  describe('a gene classifier', () => {
    let genes: BertForTokenClassification;
    const cells = cellsOf(golden.cells);
    const labels = Int32Array.from(golden.tokenLabels.flat());

    beforeAll(async () => {
      genes = await BertForTokenClassification.fromPretrained(checkpointDir, { labels: ['a', 'b', 'c', 'd'] });
      const head = [...(await classifier.parameters.read())].filter(([name]) => name.startsWith('classifier.'));
      genes.parameters.write(new Map(head));
    });
    afterAll(() => genes.dispose());

    const tokenLoss = () => {
      const batch = goldenBatch();
      const { positions, values } = selectPositions(
        batch,
        8,
        (row, position) => golden.tokenLabels[row]?.[position] ?? -1,
      );
      return sparseSoftmaxCrossEntropy(
        genes.logits(encoderInput(batch), tf.tensor1d(positions, 'int32')),
        tf.tensor1d(values, 'int32'),
        tf.tensor1d(Float32Array.from(values, (label) => golden.classWeights[label] ?? 0)),
      );
    };

    test('logits at every token are within 1e-5', async () => {
      const batch = goldenBatch();
      const { positions } = selectPositions(batch, batch.length, () => 0);
      const logits = tf.tidy(() => genes.logits(encoderInput(batch), tf.tensor1d(positions, 'int32')));
      const ours = await logits.data<'float32'>();
      const atTokens = [...batch.lengths].flatMap((length, row) => {
        const start = row * batch.length * 4;
        return [...ours.subarray(start, start + length * 4)];
      });
      expect(maxDifference(atTokens, await goldenArray('token.logits'))).toBeLessThanOrEqual(1e-5);
      logits.dispose();
    });

    test('the weighted loss over labeled tokens, and its gradients', async () => {
      const loss = tf.tidy(tokenLoss);
      expect(Math.abs((await loss.data())[0] - golden.tokenLoss)).toBeLessThanOrEqual(1e-5);
      loss.dispose();
      await expectGradients(genes, 'token', /./, tokenLoss);
    });

    test('finetuneTokens starts from that loss', async () => {
      const model = await BertForTokenClassification.fromPretrained(checkpointDir, { labels: ['a', 'b', 'c', 'd'] });
      model.parameters.write(await genes.parameters.read());
      const { losses } = await finetuneTokens(model, cells, labels, {
        maxSteps: 1,
        perDeviceTrainBatchSize: 4,
        classWeights: golden.classWeights,
        maxBuckets: 1,
      });
      expect(losses[0]).toBeCloseTo(golden.tokenLoss, 5);
      model.dispose();
    });
  });

  test('embedCells returns the mean over tokens, or position 0, of any hidden state', async () => {
    const cells = cellsOf(golden.cells);
    const { length } = goldenBatch();
    for (const layer of [0, 1, 2, 3]) {
      const { data, cols } = await embedCells(lm, cells, { layer });
      const wanted = await goldenArray(layer === 3 ? 'mean.embedding' : `mean.${layer}`);
      expect(maxDifference(data, wanted)).toBeLessThanOrEqual(1e-5);
      const first = await embedCells(lm, cells, { layer, pooling: 'cls' });
      const hidden = await goldenArray(`hidden.${layer}`);
      golden.cells.forEach((_, row) => {
        const [ours, theirs] = [row * cols, row * length * cols];
        const [found, meant] = [first.data.subarray(ours, ours + cols), hidden.subarray(theirs, theirs + cols)];
        expect(maxDifference(found, meant)).toBeLessThanOrEqual(1e-5);
      });
    }
  });

  test('embedGenes returns the mean of every gene over its cells, of any hidden state', async () => {
    for (const layer of [0, 2, 3]) {
      const { data, tokens, occurrences } = await embedGenes(lm, cellsOf(golden.cells), { layer });
      expect([[...tokens], [...occurrences]]).toEqual([golden.genes.tokens, golden.genes.occurrences]);
      expect(maxDifference(data, await goldenArray(`gene.${layer}`))).toBeLessThanOrEqual(1e-5);
    }
  });

  test('fillMask predicts the same genes with the same probabilities', async () => {
    const masked = golden.cells.map((cell, row) =>
      cell.map((id, at) => (golden.filled.some((one) => one.cell === row && one.position === at) ? lm.maskId : id)),
    );
    const filled = await fillMask(lm, cellsOf(masked), { topK: golden.filled[0].tokens.length });
    const named = ({ cell, position, tokens }: FilledMask) => ({ cell, position, tokens });
    expect(filled.map(named)).toEqual(golden.filled.map(named));
    filled.forEach(({ probabilities }, i) =>
      expect(maxDifference(probabilities, golden.filled[i].probabilities)).toBeLessThanOrEqual(1e-5),
    );
  });

  test.each([1, 2])('AdamW, clipping and schedule follow PyTorch, %i batch(es) per update', async (accumulate) => {
    const model = await goldenClassifier('cls');
    const { lr, weight_decay, max_norm, steps, losses } = golden.adamw;
    const record = await finetune(model, cellsOf(golden.cells), Int32Array.from(golden.labels), {
      learningRate: lr,
      weightDecay: weight_decay,
      maxGradNorm: max_norm,
      warmupRatio: 0,
      maxSteps: steps,
      perDeviceTrainBatchSize: golden.cells.length / accumulate,
      gradientAccumulationSteps: accumulate,
      maxBuckets: 1,
    });
    expect(maxDifference(record.losses, losses)).toBeLessThanOrEqual(1e-5);
    // The bias of a key shifts all scores equally: its gradient is rounding noise, which Adam amplifies.
    const specs = model.parameters.specs.filter((spec) => !spec.name.endsWith('key.bias'));
    for (const [name, { data }] of toFile(specs, await model.parameters.read())) {
      expect(maxDifference(data, await goldenArray(`trained.${name}`))).toBeLessThanOrEqual(1e-5);
    }
    model.dispose();
  });
});

async function goldenClassifier(pooling: Pooling): Promise<BertForSequenceClassification> {
  return BertForSequenceClassification.fromPretrained(checkpointDir, { pooling });
}
