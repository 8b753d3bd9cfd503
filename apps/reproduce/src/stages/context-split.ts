/** Selects the cells of the experiment, and assigns them in each fold to training or to a context of the test. */
import { writeFile } from 'node:fs/promises';
import { openAnnData } from '@geneformer-ts/io';
import { defineStage, from } from '../run/define.js';
import { makeContextSplit, positionsOf } from '../transfer/context-split.js';
import type data from './data.js';
import { transferProtocolParams } from './generalization.params.js';

export default defineStage({
  name: 'context-split',
  params: transferProtocolParams,
  inputs: { data: from<typeof data>() },
  outputs: { split: 'split.json' },
  cores: 'half',
  async run({ params, inputs: { data }, output }) {
    const source = await openAnnData(data.file('cells'));
    try {
      const split = makeContextSplit(source.obs, params, data.facts.id);
      await writeFile(output.split, JSON.stringify(split));
      const { classes, labels, groups } = split;
      const folds = Array.from({ length: split.nFolds }, (_, fold) => ({
        train: positionsOf(split, fold, 'train').length,
        seen: positionsOf(split, fold, 'seen').length,
        shifted: positionsOf(split, fold, 'shifted').length,
      }));
      const count = (label: number) => labels.filter((own) => own === label).length;
      return {
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
});
