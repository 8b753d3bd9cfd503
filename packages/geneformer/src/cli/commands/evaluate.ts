import { drawToFront, seededRandom, type DenseMatrix } from '@geneformer-ts/core';
import { AnnData, columnAsStrings } from '@geneformer-ts/io/anndata';
import { encodeLabels } from '@geneformer-ts/model';
import { componentsOf, levelsOf } from '../../cells/expression.js';
import { readableCounts } from '../../cells/tokenized-cells.js';
import { labeledTokens } from '../../classifier/labeled-tokens.js';
import { scoreVectors, type VectorScores } from '../../evaluation/compare-vectors.js';
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
import { count, decimal, page, table, wrapped } from '../text.js';

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
  summary: 'Compare the vectors of a model with principal components, by labels and batches.',
  examples: ['evaluate cells.h5ad --label cell_type --batch donor_id'],
  options: [
    { flags: '-l, --label <column>', text: 'obs column with the labels', required: true },
    { flags: '-b, --batch <column>', text: 'obs column with the batches' },
    modelOption,
    { flags: '--cells <number>', text: `most cells, drawn at random (default: ${MOST_CELLS})`, read: wholeNumber(50) },
    ...countOptions,
  ],
  estimate: { least: 96, bytesPerCell: vectorBytes },
  async run({ onProgress, signal }, [file], options) {
    await using cells = await AnnData.open(file, openingOf(options));
    const labelColumn = textOf(options, 'label') as string;
    const batchColumn = textOf(options, 'batch');
    const all = Int32Array.from(cells.obs.index.keys());
    const grouping = { labels: labelColumn, ...(batchColumn !== undefined && { groupBy: batchColumn }) };
    const labeled = labeledTokens(cells, all, grouping);
    const model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, { onProgress, signal });
    const embedding = await model.embed(cells, { ...countsOf(options), onProgress, signal });
    model.dispose();
    const rows = drawn(
      labeled.positions.filter((row) => !Number.isNaN(embedding.data[row * embedding.cols])),
      numberOf(options, 'cells') ?? MOST_CELLS,
    );
    const values = columnAsStrings(cells.obs.get(labelColumn));
    const { names, codes } = encodeLabels(Array.from(rows, (row) => values[row]));
    const batchValues = batchColumn === undefined ? undefined : columnAsStrings(cells.obs.get(batchColumn));
    const batches = batchValues && encodeLabels(Array.from(rows, (row) => batchValues[row])).codes;
    const { matrix } = await readableCounts(cells, countsOf(options));
    const components = componentsOf(await levelsOf(matrix, rows, signal));
    const methods = { geneformer: rowsOf(embedding, rows), pca: components };
    const scores = Object.fromEntries(
      Object.entries(methods).map(([name, vectors], done) => {
        onProgress({ stage: 'score', done, total: 2, unit: 'methods' });
        return [name, scoreVectors(vectors, codes, names, batches)];
      }),
    ) as Record<keyof typeof methods, VectorScores>;
    const lines = rowNames
      .filter(([key]) => scores.pca[key] !== undefined)
      .map(([key, name]) => [name, decimal(scores.geneformer[key] as number), decimal(scores.pca[key] as number)]);
    const verdict = verdictOf(scores, rows.length);
    const heading = `${count(rows.length)} cells, ${names.length} labels${batches ? `, ${new Set(batches).size} batches` : ''}`;
    const text = page(file, table([heading, 'Geneformer', 'PCA'], lines), `  ${wrapped(verdict, 76, '  ')}`);
    return {
      json: { file, model: model.name, dimensions: embedding.cols, cells: rows.length, labels: names, scores, verdict },
      text,
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

/** One sentence: which vectors to use, by scIB's weights of biology (0.6) and batches (0.4). */
function verdictOf({ geneformer, pca }: Record<'geneformer' | 'pca', VectorScores>, cells: number): string {
  const overall = (scores: VectorScores): number => {
    const biology = mean([scores.knnAccuracy, scores.probeAccuracy, scores.silhouetteLabel, scores.ari, scores.nmi]);
    const mixing = [scores.silhouetteBatch, scores.ilisi, scores.graphConnectivity].filter(
      (score) => score !== undefined,
    );
    return mixing.length === 0 ? biology : 0.6 * biology + 0.4 * mean(mixing);
  };
  const [ours, theirs] = [overall(geneformer), overall(pca)];
  const summary = `overall ${decimal(ours)} against ${decimal(theirs)}`;
  if (Math.abs(ours - theirs) < 2 / Math.sqrt(cells)) {
    return `Neither is clearly better on these cells (${summary}); principal components are simpler and faster.`;
  }
  return ours > theirs
    ? `Use the vectors of the model: they are better on these cells (${summary}).`
    : `Use principal components: they are better on these cells (${summary}).`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
