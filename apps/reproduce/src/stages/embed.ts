/**
 * Computes UMAP layouts of the cells that the first fold held out, from the pretrained model and from each fine-tuned model. Training cells
 * are excluded: a fine-tuned model separates them better than held-out cells, so the layout would be misleading.
 */
import { selectRows } from '@geneformer-ts/baselines';
import type { Progress } from '@geneformer-ts/core';
import { writeFile } from 'node:fs/promises';
import { UMAP, type Points } from '@geneformer-ts/analysis';
import { readMatrix } from '../data/matrix-file.js';
import { partition, readSplit } from '../data/study-cells.js';
import { defineStage, from, many, optional } from '../run/define.js';
import { layoutParams, nameParam } from './cell.params.js';
import type finetune from './finetune.js';
import type splitStage from './split.js';
import type vectorsStage from './vectors.js';

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
  /** `frozen`: the classifier that reads the vectors of the pretrained model, whose predictions its layout shows. */
  params: layoutParams.extend({ frozen: nameParam.optional() }),
  inputs: {
    split: from<typeof splitStage>(),
    vectors: optional<typeof vectorsStage>(),
    tuned: many<typeof finetune>(),
  },
  outputs: { layouts: 'layouts.json' },
  cores: 'half',
  async run({ params, inputs: { split: made, vectors, tuned }, output, progress, signal }) {
    const split = await readSplit(made);
    const { test } = partition(split, 0);
    const layouts: Layout[] = [];
    const layOut = async (model: string, label: string, points: Points) => {
      const { nNeighbors, minDist, randomState } = params;
      const onProgress: Progress = (event) => progress({ ...event, stage: `UMAP, ${label}: ${event.stage}` });
      const placed = await new UMAP({ nNeighbors, minDist, randomState, onProgress, signal }).fitTransform(points);
      layouts.push({ model, label, points: Array.from(placed, (value) => Math.round(value * 1e4) / 1e4) });
    };
    if (vectors) {
      const all = await readMatrix(vectors.file('vectors'), 'vectors');
      await layOut(params.frozen ?? 'pretrained', 'Pretrained only', selectRows(all, test));
    }
    for (const { facts, file } of tuned) {
      await layOut(facts.model, facts.label, await readMatrix(file('embedding'), 'embedding'));
    }
    await writeFile(output.layouts, JSON.stringify({ cells: [...test], layouts } satisfies Layouts));
  },
});
