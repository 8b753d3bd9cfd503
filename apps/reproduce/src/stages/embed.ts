/**
 * Computes UMAP layouts of the cells that the first fold held out, from the pretrained model and from each fine-tuned model. Training cells
 * are excluded: a fine-tuned model separates them better than held-out cells, so the layout would be misleading.
 */
import type { Progress } from '@geneformer-ts/core';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { UMAP, type Points } from '@geneformer-ts/analysis';
import { readSafetensors } from '@geneformer-ts/io';
import { BertForMaskedLM, embedCells, selectCells } from '@geneformer-ts/model';
import { readTokenized, readVocabulary } from '@geneformer-ts/tokenizer';
import { locate, partition, readSplit } from '../data/study-cells.js';
import { pretrainedFolder, pretrainedStage } from '../data/pretrained.js';
import { startCompute } from '../run/compute.js';
import type { Stage, StageInputs } from '../run/stage.js';
import type { EmbedParams } from './cell.params.js';

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

const stage: Stage<EmbedParams> = {
  async run({ params, inputs, scratch, progress, signal }) {
    await mkdir(scratch, { recursive: true });
    const split = await readSplit(inputs);
    const { test } = partition(split, 0);
    const layouts: Layout[] = [];
    const layOut = async (model: string, label: string, points: Points) => {
      const { nNeighbors, minDist, randomState } = params;
      const onProgress: Progress = (event) => progress({ ...event, stage: `UMAP, ${label}: ${event.stage}` });
      const placed = await new UMAP({ nNeighbors, minDist, randomState, onProgress, signal }).fitTransform(points);
      layouts.push({ model, label, points: Array.from(placed, (value) => Math.round(value * 1e4) / 1e4) });
    };

    if (pretrainedStage(inputs) !== undefined) {
      const tokenized = await readTokenized(inputs.folder('tokenize', 'cells'));
      const rows = locate(split, tokenized.cellIds, inputs.folder('tokenize', 'cells'));
      await startCompute();
      const vocabulary = await readVocabulary(inputs.file('tokenize', 'vocabulary'));
      const model = await BertForMaskedLM.fromPretrained(pretrainedFolder(inputs), { vocabulary });
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
    for (const name of inputs.names().filter((input) => input.startsWith('finetune-'))) {
      const model = name.replace(/^finetune-(.*)-0$/, '$1');
      await layOut(model, inputs.fact(name, 'label'), await readEmbedding(inputs, name));
    }
    const file = path.join(scratch, 'layouts.json');
    await writeFile(file, JSON.stringify({ cells: [...test], layouts } satisfies Layouts));
    return { outputs: { layouts: file } };
  },
};
export default stage;

async function readEmbedding(inputs: StageInputs, stageName: string): Promise<Points> {
  const { tensors } = await readSafetensors(inputs.file(stageName, 'embedding'));
  const { shape, data } = tensors.get('embedding')!;
  return { rows: shape[0], cols: shape[1], data: data as Float32Array };
}
