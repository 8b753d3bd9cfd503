import type { Progress } from '@geneformer-ts/core';
import {
  averageByGene,
  finetuneTokens,
  predictTokens,
  selectCells,
  type BertForTokenClassification,
  type Cells,
  type TokenFinetuningArguments,
  type TokenPredictions,
  type TrainingRecord,
} from '@geneformer-ts/model';
import type { Predictions } from '../results/predictions.js';
import { shownGenes } from './gene-folds.js';
import { assertUnseen, type GeneSplit, groupName, partitionCells, partitionGenes } from './study-genes.js';

export interface FoldRequest {
  /** Returns the initial model; called once per share of labels. */
  startingModel(): Promise<BertForTokenClassification>;
  split: GeneSplit;
  /** All tokenized cells; the split refers to their rows. */
  cells: Cells;
  args: Partial<TokenFinetuningArguments>;
  fold: number;
  shares: readonly number[];
  /** Seed for hiding labels. */
  seed: number;
  onProgress: Progress;
  signal: AbortSignal;
  /** Returns the folder for the checkpoints of a share; by default none are written. */
  checkpointDir?: (share: number) => string;
}

export interface FoldResult {
  share: number;
  /** One row per gene, averaged over its cells. */
  genes: Predictions;
  /** One row per occurrence of a gene in a cell; `cellIds` are the genes, `groups` the cells. */
  occurrences: Predictions;
  /** Number of test genes that no test cell ranks; their prediction is the class proportions of training. */
  unseen: number;
  record: TrainingRecord;
  seconds: { train: number; predict: number };
  parameters: number;
}

/** Fine-tunes on the training genes of one fold and predicts its test genes, once per share of labels. */
export async function* finetuneFold(request: FoldRequest): AsyncGenerator<FoldResult> {
  const { split, cells, args, fold, onProgress, signal } = request;
  const { train, test } = partitionGenes(split, fold);
  const cellsOf = partitionCells(split, fold);
  const select = (positions: readonly number[]): Cells =>
    selectCells(
      cells,
      positions.map((position) => split.cells.rows[position]),
    );
  const [trainCells, testCells] = [select(cellsOf.train), select(cellsOf.test)];
  const tokenNames = (tokens: Iterable<number>) => Array.from(tokens, String);
  const groupOf = (gene: number): string => groupName(split, gene);
  const testTokens = test.map((gene) => split.tokens[gene]);

  for (const share of request.shares) {
    const shown = shownGenes(split, train, share, `labels ${request.seed} ${fold}`);
    const labels = new Map(shown.map((gene) => [split.tokens[gene], split.labels[gene]]));
    assertUnseen(tokenNames(labels.keys()), tokenNames(testTokens), `fold ${fold + 1}`);
    assertUnseen(shown.map(groupOf), test.map(groupOf), `fold ${fold + 1}`, 'groups of genes');
    const model = await request.startingModel();
    const started = performance.now();
    const record = await finetuneTokens(
      model,
      trainCells,
      labels,
      { ...args, seed: (args.seed ?? 0) + fold },
      { onProgress, signal, ...(request.checkpointDir && { checkpointDir: request.checkpointDir(share) }) },
    );
    const trained = performance.now();
    const found = await predictTokens(model, testCells, { tokens: testTokens, onProgress, signal });
    const shares = split.classes.map((_, k) => shown.filter((gene) => split.labels[gene] === k).length / shown.length);
    const genes = perGene(split, fold, test, found, shares);
    const seconds = { train: (trained - started) / 1000, predict: (performance.now() - trained) / 1000 };
    const occurrences = perOccurrence(
      split,
      fold,
      found,
      cellsOf.test.map((cell) => split.cells.ids[cell]),
    );
    yield { share, ...genes, occurrences, record, seconds, parameters: model.parameterCount };
    model.dispose();
  }
}

function perGene(split: GeneSplit, fold: number, test: readonly number[], found: TokenPredictions, shares: number[]) {
  const average = averageByGene(found);
  const rowOf = new Map([...average.tokens].map((token, row) => [token, row]));
  const k = split.classes.length;
  const probabilities = test.flatMap((gene) => {
    const row = rowOf.get(split.tokens[gene]);
    return row === undefined ? shares : [...average.probabilities.subarray(row * k, row * k + k)];
  });
  const genes: Predictions = {
    classes: split.classes,
    cellIds: test.map((gene) => split.ids[gene]),
    groups: test.map((gene) => groupName(split, gene)),
    folds: new Int32Array(test.length).fill(fold),
    truth: Int32Array.from(test, (gene) => split.labels[gene]),
    probabilities: Float64Array.from(probabilities),
  };
  return { genes, unseen: test.length - average.tokens.length };
}

function perOccurrence(split: GeneSplit, fold: number, found: TokenPredictions, cellIds: string[]): Predictions {
  const geneOf = new Map(split.tokens.map((token, gene) => [token, gene]));
  const genes = Array.from(found.tokens, (token) => geneOf.get(token)!);
  return {
    classes: split.classes,
    cellIds: genes.map((gene) => split.ids[gene]),
    groups: Array.from(found.cells, (cell) => cellIds[cell]),
    folds: new Int32Array(genes.length).fill(fold),
    truth: Int32Array.from(genes, (gene) => split.labels[gene]),
    probabilities: Float64Array.from(found.probabilities),
  };
}
