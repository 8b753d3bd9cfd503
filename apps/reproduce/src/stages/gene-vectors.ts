/** Measures how well vectors of genes, and simpler descriptions, tell dosage-sensitive from -insensitive factors; without any cell. */
import { writeFile } from 'node:fs/promises';
import { type DenseMatrix, selectRows } from '@geneformer-ts/baselines';
import { namedRandom } from '@geneformer-ts/core';
import { columnAsStrings, readCheckpoint, readTable } from '@geneformer-ts/io';
import { modelFolder, vocabularyFile } from '@geneformer-ts/mini';
import { readVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { z } from 'zod';
import { dataFile } from '../data/data-files.js';
import { readProfiles } from '../data/read-profiles.js';
import { DataError } from '../errors.js';
import { familyOf, isZincFinger } from '../gene/gene-families.js';
import { type Area, areaOf, areaOfRule, type AreaOptions, type LabeledGenes } from '../gene/measure-vectors.js';
import { profileFeatures } from '../gene/profile-features.js';
import { defineStage } from '../run/define.js';
import { codesOf } from './linear-model.js';
import { geneVectorsParams } from './gene-vectors.params.js';

/** `gene-vectors.json`: areas under the ROC curve of dosage sensitivity. */
export interface GeneVectorAreas {
  genes: { sensitive: number; insensitive: number; zincFingers: number; families: number };
  folds: number;
  repeats: number;
  /** Null where a row does not apply. */
  rows: { name: string; all: Area; noZincFingers: Area | null; byFamily: Area | null }[];
}

interface Gene {
  id: number;
  symbol: string;
  sensitive: boolean;
}

export default defineStage({
  name: 'gene-vectors',
  params: geneVectorsParams.extend({
    /** Digest of the model and its vocabulary. */
    model: z.string(),
  }),
  inputs: {},
  outputs: { 'published/gene-vectors.json': 'gene-vectors.json' },
  files: ({ labels, profiles }) => [labels, profiles],
  async run({ params, output, progress }) {
    const vocabulary = await readVocabulary(vocabularyFile);
    const genes = await readGenes(params, vocabulary);
    const labeled: LabeledGenes = {
      truth: Int32Array.from(genes, ({ sensitive }) => (sensitive ? 1 : 0)),
      families: codesOf(genes.map(({ symbol }) => familyOf(symbol))),
    };
    const table = await readProfiles(dataFile(params.profiles));
    const lineOf = new Map(table.genes.map((symbol, line) => [symbol, line]));
    const features = profileFeatures(
      table,
      genes.map(({ symbol }) => lineOf.get(symbol) ?? -1),
    );
    const vectors = await miniVectors(genes);
    const zinc = genes.map(({ symbol }) => (isZincFinger(symbol) ? 0 : 1));

    const { folds, repeats } = params;
    const plain = { folds, repeats, byFamily: false };
    const families = { ...plain, byFamily: true };
    const others = Int32Array.from(genes.keys()).filter((gene) => zinc[gene] === 1);
    const rows: GeneVectorAreas['rows'] = [];
    const add = (
      name: string,
      own: DenseMatrix,
      classifier: 'logistic-regression' | 'boosting' = 'logistic-regression',
    ) => {
      progress({ stage: 'gene vectors', done: rows.length, total: 5, unit: 'rows', detail: name });
      const area = (options: AreaOptions) => areaOf(own, labeled, classifier, options);
      const noZincFingers = areaOf(selectRows(own, others), pick(labeled, others), classifier, plain);
      rows.push({ name, all: area(plain), noZincFingers, byFamily: area(families) });
    };
    add('Geneformer mini, gene vectors', vectors);
    add('Random gene vectors', randomLike(vectors));
    add('Nine features of expression, logistic regression', features);
    add('Nine features of expression, gradient boosting', features, 'boosting');
    rows.push({
      name: 'Rule: the symbol starts with ZNF, ZSCAN or ZKSCAN',
      all: areaOfRule(zinc, labeled, plain),
      noZincFingers: null,
      byFamily: null,
    });
    const areas: GeneVectorAreas = {
      genes: {
        sensitive: genes.filter(({ sensitive }) => sensitive).length,
        insensitive: genes.filter(({ sensitive }) => !sensitive).length,
        zincFingers: genes.length - others.length,
        families: new Set(labeled.families).size,
      },
      folds,
      repeats,
      rows,
    };
    await writeFile(output['published/gene-vectors.json'], JSON.stringify(areas, null, 2) + '\n');
  },
});

async function readGenes(
  { labels, classes }: { labels: string; classes: { sensitive: string; insensitive: string } },
  { tokens, symbols }: Vocabulary,
): Promise<Gene[]> {
  const { columns } = await readTable(dataFile(labels));
  const idOf = new Map(tokens.map((gene, id) => [gene, id]));
  const symbolOf = new Map([...(symbols ?? [])].map(([symbol, gene]) => [gene, symbol]));
  return [classes.sensitive, classes.insensitive].flatMap((name, at) => {
    const column = columns.get(name);
    if (!column) {
      throw new DataError(labels, name, `column not found; choose one of: ${[...columns.keys()].join(', ')}`);
    }
    return columnAsStrings(column).flatMap((gene) => {
      const id = gene ? idOf.get(gene) : undefined;
      return id === undefined ? [] : [{ id, symbol: symbolOf.get(gene!) ?? gene!, sensitive: at === 0 }];
    });
  });
}

async function miniVectors(genes: readonly Gene[]): Promise<DenseMatrix> {
  const { tensors } = await readCheckpoint(modelFolder);
  const { shape, data } = tensors.get('bert.embeddings.word_embeddings.weight')!;
  const all = { rows: shape[0], cols: shape[1], data: Float32Array.from(data as Float32Array) };
  return selectRows(
    all,
    Int32Array.from(genes, ({ id }) => id),
  );
}

function randomLike({ rows, cols }: DenseMatrix): DenseMatrix {
  const random = namedRandom(0, 33);
  return { rows, cols, data: Float32Array.from({ length: rows * cols }, () => random() - 0.5) };
}

function pick({ truth, families }: LabeledGenes, rows: Int32Array): LabeledGenes {
  return { truth: rows.map((row) => truth[row]), families: rows.map((row) => families[row]) };
}
