import { harmony } from '@geneformer-ts/analysis';
import { drawToFront, seededRandom, type DenseMatrix } from '@geneformer-ts/core';
import { AnnData, columnAsStrings } from '@geneformer-ts/io/anndata';
import { encodeLabels } from '@geneformer-ts/model';
import { componentsOf, levelsOf } from '../../cells/expression.js';
import { readableCounts } from '../../cells/tokenized-cells.js';
import { labeledTokens } from '../../classifier/labeled-tokens.js';
import { columnNames, type Methods, recommendation } from '../../evaluation/recommendation.js';
import { scoreVectors, standardized, type VectorScores } from '../../evaluation/compare-vectors.js';
import { Geneformer } from '../../geneformer.js';
import { type CommandSpec, numberOf, textOf } from '../command.js';
import {
  countOptions,
  countsOf,
  DEFAULT_MODEL,
  modelOption,
  openingOf,
  vectorBytes,
  wholeNumber,
} from '../option-values.js';
import { count, decimal, page, quotedPath, table, wrapped } from '../text.js';

const MOST_CELLS = 3000;

const rowNames: readonly (readonly [keyof VectorScores, string])[] = [
  ['knnAccuracy', 'kNN accuracy'],
  ['probeAccuracy', 'linear probe accuracy'],
  ['silhouetteLabel', 'silhouette of labels'],
  ['ari', 'ARI of k-means'],
  ['nmi', 'NMI of k-means'],
  ['silhouetteBatch', 'batch silhouette'],
  ['ilisi', 'iLISI of batches'],
  ['graphConnectivity', 'graph connectivity'],
];

export const evaluate: CommandSpec = {
  name: 'evaluate',
  args: '<file>',
  summary: 'Compare the vectors of a model with principal components, as they are and corrected by Harmony.',
  examples: ['evaluate cells.h5ad --label cell_type --batch donor_id'],
  options: [
    { flags: '-l, --label <column>', text: 'obs column with the labels', required: true },
    { flags: '-b, --batch <column>', text: 'obs column with the batches, which Harmony corrects for' },
    modelOption,
    { flags: '--cells <number>', text: `most cells, drawn at random (default: ${MOST_CELLS})`, read: wholeNumber(50) },
    ...countOptions,
  ],
  estimate: { least: 96, bytesPerCell: vectorBytes },
  async run({ onProgress, signal, note }, [file], options) {
    await using cells = await AnnData.open(file, openingOf(options));
    const labelColumn = textOf(options, 'label') as string;
    const batchColumn = textOf(options, 'batch');
    const all = Int32Array.from(cells.obs.index.keys());
    const grouping = { labels: labelColumn, ...(batchColumn !== undefined && { groupBy: batchColumn }) };
    const labeled = labeledTokens(cells, all, grouping);
    await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, {
      onProgress,
      signal,
    });
    const embedding = await model.embed(cells, { ...countsOf(options), onProgress, signal });
    const rows = drawn(
      labeled.positions.filter((row) => !Number.isNaN(embedding.data[row * embedding.cols])),
      numberOf(options, 'cells') ?? MOST_CELLS,
    );
    const values = columnAsStrings(cells.obs.get(labelColumn));
    const { names, codes } = encodeLabels(Array.from(rows, (row) => values[row]));
    const batchValues = batchColumn === undefined ? undefined : columnAsStrings(cells.obs.get(batchColumn));
    const batches = batchValues && encodeLabels(Array.from(rows, (row) => batchValues[row])).codes;
    const batchCount = new Set(batches).size;
    if (batchCount === 1) note(`note: obs["${batchColumn}"] has one batch; scores of batches need two`);
    const { matrix } = await readableCounts(cells, countsOf(options));
    const components = componentsOf(await levelsOf(matrix, rows, signal));
    const methods = new Map<keyof Methods, DenseMatrix>([
      ['geneformer', standardized(rowsOf(embedding, rows))],
      ['pca', components],
    ]);
    if (batches && batchCount > 1) {
      onProgress({ stage: 'harmony', done: 0, total: 0, unit: 'methods' });
      methods.set('harmony', harmony(components, batches, { signal }));
    }
    const scores: Partial<Methods> = {};
    for (const [name, vectors] of methods) {
      signal.throwIfAborted();
      onProgress({ stage: 'score', done: Object.keys(scores).length, total: methods.size, unit: 'methods' });
      scores[name] = scoreVectors(vectors, codes, names, batches);
    }
    const shown = Object.values(scores);
    const lines = rowNames
      .filter(([key]) => shown[0][key] !== undefined)
      .map(([key, name]) => [name, ...shown.map((values) => decimal(values[key] as number))]);
    const verdict = recommendation(scores as Methods, rows.length);
    const heading = `${count(rows.length)} cells, ${names.length} labels${batchCount > 1 ? `, ${batchCount} batches` : ''}`;
    const columns = [...methods.keys()].map((name) => columnNames[name]);
    const text = page(file, table([heading, ...columns], lines), `  ${wrapped(verdict, 76, '  ')}`);
    return {
      json: { file, model: model.name, dimensions: embedding.cols, cells: rows.length, labels: names, scores, verdict },
      text,
      next: [{ command: `train ${quotedPath(file)} --label ${quotedPath(labelColumn)} -o classifier` }],
    };
  },
};

function drawn(rows: Int32Array, most: number): Int32Array {
  const order = rows.slice();
  if (order.length > most) drawToFront(order, most, seededRandom(0));
  return order.slice(0, most).sort();
}

function rowsOf({ cols, data }: { cols: number; data: Float32Array }, rows: Int32Array): DenseMatrix {
  const chosen = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => chosen.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
  return { rows: rows.length, cols, data: chosen };
}
