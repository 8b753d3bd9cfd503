/** Computes level and rank of the study's genes and of the unlabeled genes in the study's cells: the features of classical classifiers. */
import type { Progress } from '@geneformer-ts/core';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openAnnData, writeSafetensors } from '@geneformer-ts/io';
import { readTokenized } from '@geneformer-ts/tokenizer';
import { DataError } from '../errors.js';
import { readGeneSplit, type GeneSplit } from '../gene/study-genes.js';
import type { Stage, StageInputs } from '../run/stage.js';

const stage: Stage<{ geneIds: string | null }> = {
  async run({ params, inputs, scratch, progress }) {
    await mkdir(scratch, { recursive: true });
    const split = await readGeneSplit(inputs);
    const shape = [split.ids.length + split.unlabeled.ids.length, split.cells.rows.length];
    const file = path.join(scratch, 'features.safetensors');
    await writeSafetensors(
      file,
      new Map([
        ['levels', { shape, data: await readLevels(split, params.geneIds, inputs, progress) }],
        ['ranks', { shape, data: await readRanks(split, inputs) }],
      ]),
    );
    return { outputs: { features: file } };
  },
};
export default stage;

async function readLevels(
  split: GeneSplit,
  geneIds: string | null,
  inputs: StageInputs,
  progress: Progress,
): Promise<Float32Array> {
  const source = await openAnnData(inputs.file('data', 'cells'));
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

async function readRanks(split: GeneSplit, inputs: StageInputs): Promise<Float32Array> {
  const { inputIds, offsets, maxLength } = await readTokenized(inputs.folder('tokenize', 'cells'));
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
