/** Computes level and rank of the study's genes and of the unlabeled genes in the study's cells: the features of classical classifiers. */
import type { Progress } from '@geneformer-ts/core';
import { openAnnData, writeSafetensors } from '@geneformer-ts/io';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { DataError } from '../errors.js';
import { readGeneSplit, type GeneSplit } from '../gene/study-genes.js';
import { defineStage, from, type MadeBy } from '../run/define.js';
import { tokenizeParams } from './cell.params.js';
import type dataStage from './data.js';
import type geneSplit from './gene-split.js';
import type tokenizeStage from './tokenize.js';

export default defineStage({
  name: 'gene-features',
  params: tokenizeParams.pick({ geneIds: true }),
  inputs: { data: from<typeof dataStage>(), tokenize: from<typeof tokenizeStage>(), split: from<typeof geneSplit>() },
  outputs: { features: 'features.safetensors' },
  async run({ params, inputs, output, progress }) {
    const split = await readGeneSplit(inputs.split);
    const shape = [split.ids.length + split.unlabeled.ids.length, split.cells.rows.length];
    await writeSafetensors(
      output.features,
      new Map([
        ['levels', { shape, data: await readLevels(split, params.geneIds, inputs.data, progress) }],
        ['ranks', { shape, data: await readRanks(split, inputs.tokenize) }],
      ]),
    );
  },
});

async function readLevels(
  split: GeneSplit,
  geneIds: string | null,
  data: MadeBy<typeof dataStage>,
  progress: Progress,
): Promise<Float32Array> {
  const source = await openAnnData(data.file('cells'));
  try {
    const column = geneIds === null ? undefined : source.var.columns.get(geneIds);
    const names = column?.kind === 'string' ? column.values : source.var.index;
    const geneAt = new Map([...split.ids, ...split.unlabeled.ids].map((id, gene) => [id, gene]));
    const geneOf = Int32Array.from(names, (id) => (id === null ? -1 : (geneAt.get(id) ?? -1)));
    const cellAt = new Map(split.cells.ids.map((id, cell) => [id, cell]));
    const width = split.cells.ids.length;
    const levels = new Float32Array(geneAt.size * width);
    for await (const { rowStart, rows, indptr, indices, data } of source.blocks()) {
      for (let row = 0; row < rows; row++) {
        const cell = cellAt.get(source.obs.index[rowStart + row] ?? '');
        if (cell === undefined) continue;
        const [from, to] = [indptr[row], indptr[row + 1]];
        let total = 0;
        for (let at = from; at < to; at++) total += data[at];
        for (let at = from; at < to; at++) {
          const gene = geneOf[indices[at]];
          if (gene >= 0) levels[gene * width + cell] += data[at] / total; // two columns may have the same gene
        }
      }
      progress({ stage: 'read', done: rowStart + rows, total: source.nObs, unit: 'cells' });
    }
    if (!levels.some((level) => level > 0)) {
      throw new DataError(
        source.path,
        'var',
        'none of the genes of the study has a count; set tokenize.geneIds to the column with their ids',
      );
    }
    return levels.map((level) => Math.log1p(level * 1e4));
  } finally {
    await source.close();
  }
}

async function readRanks(split: GeneSplit, tokenize: MadeBy<typeof tokenizeStage>): Promise<Float32Array> {
  const { inputIds, offsets, maxLength } = await readTokenized(tokenize.folder('cells'));
  const geneAt = new Map([...split.tokens, ...split.unlabeled.tokens].map((token, gene) => [token, gene]));
  const width = split.cells.rows.length;
  const ranks = new Float32Array(geneAt.size * width);
  split.cells.rows.forEach((row, cell) => {
    const start = offsets[row];
    for (let at = start; at < offsets[row + 1]; at++) {
      const gene = geneAt.get(inputIds[at]);
      if (gene !== undefined) ranks[gene * width + cell] = 1 - (at - start) / maxLength;
    }
  });
  return ranks;
}
