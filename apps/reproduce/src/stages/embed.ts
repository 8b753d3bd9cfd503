/**
 * Computes UMAP layouts of the cells that the first fold held out, from the pretrained model and from each fine-tuned model. Training cells
 * are excluded: a fine-tuned model separates them better than held-out cells, so the layout would be misleading.
 */
import type { Progress } from '@geneformer-ts/core';
import { writeFile } from 'node:fs/promises';
import { UMAP, type Points } from '@geneformer-ts/analysis';
import { readSafetensors } from '@geneformer-ts/io';
import { BertForMaskedLM, embedCells, selectCells } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import { locate, partition, readSplit } from '../data/study-cells.js';
import { type Pretrained, pretrainedFolder } from '../data/pretrained.js';
import { startCompute } from '../run/compute.js';
import { defineStage, from, many, type MadeBy, optional } from '../run/define.js';
import { embedParams } from './cell.params.js';
import type finetune from './finetune.js';
import type splitStage from './split.js';
import type tokenize from './tokenize.js';

/** A layout of the held-out cells of the first fold. */
export interface Layout {
  model: string;
  label: string;
  /** Cells × 2, row-major. */
  points: number[];
}

export interface Layouts {
  /** Positions in the split. */
  cells: number[];
  layouts: Layout[];
}

export default defineStage({
  name: 'embed',
  params: embedParams,
  inputs: {
    split: from<typeof splitStage>(),
    tokenize: from<typeof tokenize>(),
    start: optional<Pretrained>(),
    tuned: many<typeof finetune>(),
  },
  outputs: { layouts: 'layouts.json' },
  cores: 'half',
  computes: true,
  async run({ params, inputs, output, cores, progress, signal }) {
    const split = await readSplit(inputs.split);
    const { test } = partition(split, 0);
    const layouts: Layout[] = [];
    const layOut = async (model: string, label: string, points: Points) => {
      const { nNeighbors, minDist, randomState } = params;
      const onProgress: Progress = (event) => progress({ ...event, stage: `UMAP, ${label}: ${event.stage}` });
      const placed = await new UMAP({ nNeighbors, minDist, randomState, onProgress, signal }).fitTransform(points);
      layouts.push({ model, label, points: Array.from(placed, (value) => Math.round(value * 1e4) / 1e4) });
    };

    if (inputs.start) {
      const tokenized = await readTokenized(inputs.tokenize.folder('cells'));
      const rows = locate(split, tokenized.cellIds, inputs.tokenize.folder('cells'));
      await startCompute(cores);
      const vocabulary = await readVocabulary(inputs.tokenize.file('vocabulary'));
      const model = await BertForMaskedLM.fromPretrained(pretrainedFolder(inputs.start), { vocabulary });
      const cells = selectCells(
        tokenized,
        test.map((position) => rows[position]),
      );
      const { layer, pooling } = params;
      await layOut(
        'pretrained',
        'Pretrained only',
        await embedCells(model, cells, { layer, pooling, onProgress: progress }),
      );
    }
    for (const tuned of inputs.tuned) await layOut(tuned.facts.model, tuned.facts.label, await readEmbedding(tuned));
    await writeFile(output.layouts, JSON.stringify({ cells: [...test], layouts } satisfies Layouts));
  },
});

async function readEmbedding(tuned: MadeBy<typeof finetune>): Promise<Points> {
  const { tensors } = await readSafetensors(tuned.file('embedding'));
  const { shape, data } = tensors.get('embedding')!;
  return { rows: shape[0], cols: shape[1], data: data as Float32Array };
}
