import { tf, useBackend } from '@geneformer-ts/engine';
import { readSafetensors } from '@geneformer-ts/io';
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toFile } from '../checkpoint/state-dict.js';
import { collate } from '../data/padded-batch.js';
import { readableCells } from '../data/readable-cells.js';
import { embedCells } from '../inference/embed-cells.js';
import { BertForMaskedLM } from '../models/masked-lm.js';
import { cellsOf } from '../testing/cells.js';
import { checkpointDir, largest, maxDifference } from '../testing/golden.js';
import { cellVectors, contrastiveLoss, type ContrastiveWeights } from './contrastive-loss.js';

/** The content of contrastive.json, written by tools/parity/model-contrastive.py. */
interface Golden {
  cells: number[][];
  counts: number[][];
  targets: number[][];
  weights: ContrastiveWeights;
  contrastive: number;
  distance: number;
}

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
const golden = JSON.parse(readFileSync(fixture('contrastive.json'), 'utf8')) as Golden;
const cells = { ...cellsOf(golden.cells), counts: Float32Array.from(golden.counts.flat()) };

/** Returns the golden model with expression levels, and the six views as one batch. */
async function modelWithLevels() {
  const published = await BertForMaskedLM.fromPretrained(checkpointDir);
  const model = BertForMaskedLM.fromConfig({ ...published.config, expression_levels: true });
  model.parameters.write(await published.parameters.read());
  published.dispose();
  const readable = readableCells(cells, model.cellsContract);
  return { model, padded: collate(readable, { rows: 6, length: 12, cells: Int32Array.of(0, 1, 2, 3, 4, 5) }, 0) };
}

test.each(['onnx', 'wasm', 'cpu'] as const)(
  'cell vectors with levels, both parts of the loss and all gradients equal those of PyTorch, %s backend',
  async (backend) => {
    await useBackend(backend, { threads: 1 });
    const { tensors } = await readSafetensors(fixture('contrastive.safetensors'));
    const theirs = (name: string) => tensors.get(name)?.data as Float32Array;
    const { model, padded } = await modelWithLevels();
    expect(maxDifference((await embedCells(model, cells)).data, theirs('vectors'))).toBeLessThan(1e-5);

    const lossWith = (weights: ContrastiveWeights) => () => {
      const targets = tf.tensor2d(golden.targets.flat(), [6, model.config.hidden_size]);
      return contrastiveLoss(cellVectors(model, padded), weights, targets);
    };
    const { weights, contrastive, distance } = golden;
    const only = (weights: ContrastiveWeights) => tf.tidy(lossWith(weights)).data();
    const [partners] = await only({ ...weights, contrastiveWeight: 1, distillationWeight: 0 });
    const [imitation] = await only({ ...weights, contrastiveWeight: 0, distillationWeight: 1 });
    expect(partners).toBeCloseTo(contrastive, 5);
    expect(imitation).toBeCloseTo(distance, 5);

    const specs = model.parameters.specs.filter(({ name }) => theirs(`grad.${name}`));
    // 5 tensors of the embeddings and 16 per layer.
    expect(specs).toHaveLength(5 + 16 * 3);
    const variables = specs.map(({ name }) => model.parameters.get(name));
    const { grads } = tf.variableGrads(lossWith(weights), variables);
    for (const [i, spec] of specs.entries()) {
      const values = Float32Array.from(await grads[variables[i].name].data());
      const ours = toFile([spec], new Map([[spec.name, values]])).get(spec.name)?.data as Float32Array;
      const expected = theirs(`grad.${spec.name}`);
      // The bias of a key has no gradient, only rounding errors.
      const error = maxDifference(ours, expected) / Math.max(largest(expected), 1e-2);
      expect({ name: spec.name, close: error < 1e-4 }).toEqual({ name: spec.name, close: true });
    }
    model.dispose();
  },
);
