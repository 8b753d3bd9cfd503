/** Classical learning from the genes of one fold: what it may see is what it is given, and that is training genes alone. */
import {
  createClassifier,
  LabelPropagation,
  LabelSpreading,
  SelfTrainingClassifier,
  selectRows,
  StandardScaler,
  type Classifier,
  type DenseMatrix,
} from '@geneformer-ts/baselines';
import { rocAuc } from '@geneformer-ts/eval';
import type { GeneBaselineParams } from '../stages/gene.params.js';
import { foldGenes } from './fold-genes.js';

export interface TrainingGenes {
  /** One row a gene. */
  features: DenseMatrix;
  /** Class of each row, -1 where it is hidden or there is none. */
  labels: Int32Array;
  /** What keeps rows in one fold when settings are chosen, as in the folds that are reported; null where nothing does. */
  groups: readonly string[] | null;
  classes: number;
}

/** Class probabilities of genes, rows × classes. */
export type GenePredictor = (features: DenseMatrix) => Float32Array;

/** Scales, chooses settings and fits, all on the genes given. */
export async function learn(params: GeneBaselineParams, genes: TrainingGenes): Promise<GenePredictor> {
  const usable = isSemiSupervised(params) ? genes : labelledOnly(genes);
  return fit(await tune(params, usable), usable);
}

export function isSemiSupervised(params: GeneBaselineParams): boolean {
  if (params.estimator === 'label-propagation' || params.estimator === 'label-spreading') return true;
  return 'learning' in params && params.learning.kind === 'self-training';
}

/** Settings of one fit: what was a list in the experiment file is a number. */
type Settled = GeneBaselineParams & { C?: number; neighbours?: number };

/** The setting with the highest mean AUC over folds within the labelled genes; the first of equals, and where there are too few genes. */
async function tune(params: GeneBaselineParams, genes: TrainingGenes): Promise<Settled> {
  const candidates = settingsOf(params);
  const [first] = candidates;
  if (candidates.length === 1) return first;
  const labelled = rowsWhere(genes.labels, (label) => label >= 0);
  const own = labelled.map((row) => genes.labels[row]);
  const smallest = Math.min(...classCounts(own, genes.classes));
  const groups = genes.groups && Array.from(labelled, (row) => genes.groups![row]);
  const nSplits = Math.min(4, smallest, groups ? new Set(groups).size : Infinity);
  if (nSplits < 2) return first;
  const folds = foldGenes(own, groups, { nSplits, seed: params.seed });
  let best = { score: -Infinity, settled: first };
  for (const settled of candidates) {
    const scores: number[] = [];
    for (let fold = 0; fold < nSplits; fold++) {
      const held = labelled.filter((_, i) => folds[i] === fold);
      const truth = held.map((row) => genes.labels[row]);
      const rest = own.filter((_, i) => folds[i] !== fold);
      // Groups are whole, so that a class of few groups may be missing on either side.
      if ([truth, rest].some((part) => new Set(part).size < genes.classes)) continue;
      const kept = rowsWhere(genes.labels, (_, row) => !held.includes(row));
      const labels = kept.map((row) => genes.labels[row]);
      const predict = await fit(settled, { ...genes, features: selectRows(genes.features, kept), labels });
      scores.push(rocAuc(truth, Float64Array.from(predict(selectRows(genes.features, held))), genes.classes));
    }
    const score = scores.reduce((sum, one) => sum + one, 0) / scores.length;
    if (score > best.score) best = { score, settled };
  }
  return best.settled;
}

function settingsOf(params: GeneBaselineParams): Settled[] {
  if ('C' in params) return [params.C].flat().map((C) => ({ ...params, C }));
  if ('neighbours' in params) return [params.neighbours].flat().map((neighbours) => ({ ...params, neighbours }));
  return [params];
}

async function fit(
  params: Settled,
  { features, labels, classes }: Omit<TrainingGenes, 'groups'>,
): Promise<GenePredictor> {
  const scaler = new StandardScaler().fit(features);
  const classifier = await makeClassifier(params);
  classifier.fit(scaler.transform(features), labels, classes);
  return (unseen) => classifier.predictProba(scaler.transform(unseen));
}

async function makeClassifier(params: Settled): Promise<Classifier> {
  const { estimator, neighbours } = params;
  if (estimator === 'label-propagation') return new LabelPropagation({ kernel: 'knn', ...withNeighbours(neighbours) });
  if (estimator === 'label-spreading') {
    return new LabelSpreading({ kernel: 'knn', ...withNeighbours(neighbours), alpha: params.alpha });
  }
  if (!('learning' in params) || params.learning.kind === 'supervised') return supervised(params);
  // Self-training makes a classifier a round, and the makers of this package are asynchronous.
  const { threshold } = params.learning;
  const spares = await Promise.all(Array.from({ length: SELF_TRAINING_ROUNDS + 1 }, () => supervised(params)));
  return new SelfTrainingClassifier(() => spares.pop()!, { threshold, maxIter: SELF_TRAINING_ROUNDS });
}

const SELF_TRAINING_ROUNDS = 10;

function withNeighbours(neighbours: number | undefined): { nNeighbors?: number } {
  return neighbours === undefined ? {} : { nNeighbors: neighbours };
}

function supervised(params: Settled): Promise<Classifier> {
  const { seed } = params;
  switch (params.estimator) {
    case 'logistic-regression': {
      const { C = 1, classWeight } = params;
      return createClassifier({ model: 'logistic-regression', C, maxIter: 1000, ...(classWeight && { classWeight }) });
    }
    case 'linear-svm': {
      const { C = 1, classWeight } = params;
      return createClassifier({ model: 'linear-svm', C, maxIter: 1000, ...(classWeight && { classWeight }) });
    }
    case 'random-forest': {
      const { trees: nEstimators, classWeight } = params;
      return createClassifier({
        model: 'random-forest',
        nEstimators,
        randomState: seed,
        ...(classWeight && { classWeight }),
      });
    }
    case 'gradient-boosting': {
      const { rounds: nEstimators, learningRate, maxDepth } = params;
      return createClassifier({ model: 'gradient-boosting', nEstimators, learningRate, maxDepth, randomState: seed });
    }
    default:
      return createClassifier({ model: 'majority' });
  }
}

function labelledOnly({ features, labels, groups, classes }: TrainingGenes): TrainingGenes {
  const rows = rowsWhere(labels, (label) => label >= 0);
  return {
    features: selectRows(features, rows),
    labels: rows.map((row) => labels[row]),
    groups: groups && Array.from(rows, (row) => groups[row]),
    classes,
  };
}

function rowsWhere(labels: Int32Array, keep: (label: number, row: number) => boolean): Int32Array {
  return Int32Array.from(labels.keys()).filter((row) => keep(labels[row], row));
}

function classCounts(labels: Int32Array, classes: number): number[] {
  return Array.from({ length: classes }, (_, label) => labels.filter((own) => own === label).length);
}
