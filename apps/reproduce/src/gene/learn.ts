/** Trains classical classifiers on the genes of one fold. The functions receive training genes only, so they cannot see test genes. */
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
import { foldGenes } from './gene-folds.js';

export interface TrainingGenes {
  /** Genes × features. */
  features: DenseMatrix;
  /** Class of each row, -1 where the label is hidden or missing. */
  labels: Int32Array;
  /** The groups that are kept in one fold when settings are chosen, as in the outer folds; null without groups. */
  groups: readonly string[] | null;
  classes: number;
}

/** Returns the class probabilities of genes (rows × classes). */
export type GenePredictor = (features: DenseMatrix) => Float32Array;

/** Scales the features, chooses settings and fits the classifier, using only the given genes. */
export async function learn(params: GeneBaselineParams, genes: TrainingGenes): Promise<GenePredictor> {
  const usable = isSemiSupervised(params) ? genes : labeledOnly(genes);
  return fit(await tune(params, usable), usable);
}

export function isSemiSupervised(params: GeneBaselineParams): boolean {
  if (params.estimator === 'label-propagation' || params.estimator === 'label-spreading') return true;
  return 'learning' in params && params.learning.kind === 'self-training';
}

/** The parameters of one fit: each setting that is a list in the experiment file has one value here. */
type FitParams = GeneBaselineParams & { C?: number; nNeighbors?: number };

/** Returns the setting with the highest mean AUC over folds of the labeled genes; the first one in a tie or with too few genes. */
async function tune(params: GeneBaselineParams, genes: TrainingGenes): Promise<FitParams> {
  const candidates = settingsOf(params);
  const [first] = candidates;
  if (candidates.length === 1) return first;
  const labeled = rowsWhere(genes.labels, (label) => label >= 0);
  const own = labeled.map((row) => genes.labels[row]);
  const smallest = Math.min(...classCounts(own, genes.classes));
  const groups = genes.groups && Array.from(labeled, (row) => genes.groups![row]);
  const nSplits = Math.min(4, smallest, groups ? new Set(groups).size : Infinity);
  if (nSplits < 2) return first;
  const folds = foldGenes(own, groups, { nSplits, seed: params.randomState });
  let best = { score: -Infinity, candidate: first };
  for (const candidate of candidates) {
    const scores: number[] = [];
    for (let fold = 0; fold < nSplits; fold++) {
      const held = labeled.filter((_, i) => folds[i] === fold);
      const truth = held.map((row) => genes.labels[row]);
      const rest = own.filter((_, i) => folds[i] !== fold);
      // Groups stay whole, so a class with few groups may be missing from one side.
      if ([truth, rest].some((part) => new Set(part).size < genes.classes)) continue;
      const kept = rowsWhere(genes.labels, (_, row) => !held.includes(row));
      const labels = kept.map((row) => genes.labels[row]);
      const predict = await fit(candidate, { ...genes, features: selectRows(genes.features, kept), labels });
      scores.push(rocAuc(truth, Float64Array.from(predict(selectRows(genes.features, held))), genes.classes));
    }
    const score = scores.reduce((sum, one) => sum + one, 0) / scores.length;
    if (score > best.score) best = { score, candidate };
  }
  return best.candidate;
}

function settingsOf(params: GeneBaselineParams): FitParams[] {
  if ('C' in params) return [params.C].flat().map((C) => ({ ...params, C }));
  if ('nNeighbors' in params) return [params.nNeighbors].flat().map((nNeighbors) => ({ ...params, nNeighbors }));
  return [params];
}

async function fit(
  params: FitParams,
  { features, labels, classes }: Omit<TrainingGenes, 'groups'>,
): Promise<GenePredictor> {
  const scaler = new StandardScaler().fit(features);
  const classifier = await makeClassifier(params);
  classifier.fit(scaler.transform(features), labels, classes);
  return (unseen) => classifier.predictProba(scaler.transform(unseen));
}

async function makeClassifier(params: FitParams): Promise<Classifier> {
  const { estimator, nNeighbors } = params;
  if (estimator === 'label-propagation') return new LabelPropagation({ kernel: 'knn', ...withNeighbors(nNeighbors) });
  if (estimator === 'label-spreading') {
    return new LabelSpreading({ kernel: 'knn', ...withNeighbors(nNeighbors), alpha: params.alpha });
  }
  if (!('learning' in params) || params.learning.kind === 'supervised') return supervised(params);
  // Self-training needs a new classifier per round but calls a synchronous factory; creating one is asynchronous.
  const { threshold } = params.learning;
  const spares = await Promise.all(Array.from({ length: SELF_TRAINING_ROUNDS + 1 }, () => supervised(params)));
  return new SelfTrainingClassifier(() => spares.pop()!, { threshold, maxIter: SELF_TRAINING_ROUNDS });
}

const SELF_TRAINING_ROUNDS = 10;

function withNeighbors(nNeighbors: number | undefined): { nNeighbors?: number } {
  return nNeighbors === undefined ? {} : { nNeighbors };
}

function supervised(params: FitParams): Promise<Classifier> {
  const { randomState } = params;
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
      const { nEstimators, classWeight } = params;
      return createClassifier({
        model: 'random-forest',
        nEstimators,
        randomState,
        ...(classWeight && { classWeight }),
      });
    }
    case 'gradient-boosting': {
      const { nEstimators, learningRate, maxDepth } = params;
      return createClassifier({ model: 'gradient-boosting', nEstimators, learningRate, maxDepth, randomState });
    }
    default:
      return createClassifier({ model: 'majority' });
  }
}

function labeledOnly({ features, labels, groups, classes }: TrainingGenes): TrainingGenes {
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
