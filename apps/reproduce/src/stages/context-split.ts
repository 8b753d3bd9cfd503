/** Selects the cells of the experiment, and assigns them in each fold to training or to a context of the test. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openAnnData } from '@geneformer-ts/io';
import type { Stage } from '../run/stage.js';
import { makeContextSplit, positionsOf } from '../transfer/context-split.js';
import type { TransferProtocol } from './generalization.params.js';

const stage: Stage<TransferProtocol> = {
  async run({ params, inputs, scratch }) {
    await mkdir(scratch, { recursive: true });
    const source = await openAnnData(inputs.file('data', 'cells'));
    try {
      const split = makeContextSplit(source.obs, params, inputs.fact<string>('data', 'id'));
      const file = path.join(scratch, 'split.json');
      await writeFile(file, JSON.stringify(split));
      const { classes, labels, groups } = split;
      const folds = Array.from({ length: split.nFolds }, (_, fold) => ({
        train: positionsOf(split, fold, 'train').length,
        seen: positionsOf(split, fold, 'seen').length,
        shifted: positionsOf(split, fold, 'shifted').length,
      }));
      const count = (label: number) => labels.filter((own) => own === label).length;
      return {
        outputs: { split: file },
        facts: {
          cells: labels.length,
          classes: Object.fromEntries(classes.map((name, label) => [name, count(label)])),
          groups: new Set(groups).size,
          folds,
        },
      };
    } finally {
      await source.close();
    }
  },
};
export default stage;
