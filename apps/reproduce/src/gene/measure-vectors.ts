/** Measures vectors of genes by the area under the ROC curve, over repeated folds. */
import {
  type DenseMatrix,
  LogisticRegression,
  selectRows,
  StandardScaler,
  XGBClassifier,
} from '@geneformer-ts/baselines';
import { rocAuc, stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';
import { drawInterval } from '../curve/draw-interval.js';

/** Genes with a class, and what describes them. */
export interface LabeledGenes {
  /** 1: dosage-sensitive. */
  truth: Int32Array;
  /** Family of each gene, as codes: kept in one fold where folds are by family. */
  families: Int32Array;
}

export interface AreaOptions {
  folds: number;
  repeats: number;
  byFamily: boolean;
}

/** Area under the ROC curve: mean of the repeats, with a 95 % interval over them. */
export interface Area {
  mean: number;
  ci95: readonly [number, number] | null;
}

/** Returns the area of a classifier that is trained on the vectors of the other folds. */
export function areaOf(
  vectors: DenseMatrix,
  { truth, families }: LabeledGenes,
  classifier: 'logistic-regression' | 'boosting',
  options: AreaOptions,
): Area {
  const rows = Int32Array.from(truth.keys());
  return overRepeats(truth, families, options, (test, isTest) => {
    const train = rows.filter((row) => !isTest[row]);
    const known = train.map((row) => truth[row]);
    const [trainX, testX] = [selectRows(vectors, train), selectRows(vectors, test)];
    if (classifier === 'boosting') {
      const trees = new XGBClassifier({ nEstimators: 100, learningRate: 0.1, maxDepth: 3 });
      return trees.fit(trainX, known, 2).predictProba(testX);
    }
    const scaler = new StandardScaler().fit(trainX);
    const model = new LogisticRegression({ C: 0.1, maxIter: 300 }).fit(scaler.transform(trainX), known, 2);
    return model.predictProba(scaler.transform(testX));
  });
}

/** Returns the area of a rule that gives a score to each gene and learns nothing. */
export function areaOfRule(scores: readonly number[], { truth, families }: LabeledGenes, options: AreaOptions): Area {
  return overRepeats(truth, families, options, (test) =>
    Float64Array.from([...test].flatMap((row) => [1 - scores[row], scores[row]])),
  );
}

function overRepeats(
  truth: Int32Array,
  families: Int32Array,
  { folds: nSplits, repeats, byFamily }: AreaOptions,
  score: (test: Int32Array, isTest: Uint8Array) => ArrayLike<number>,
): Area {
  const rows = Int32Array.from(truth.keys());
  const areas = Array.from({ length: repeats }, (_, seed) => {
    const folds = byFamily
      ? stratifiedGroupKFold(truth, families, { nSplits, seed })
      : stratifiedKFold(truth, { nSplits, seed });
    const own = Array.from({ length: nSplits }, (__, fold) => {
      const test = rows.filter((row) => folds[row] === fold);
      const labels = test.map((row) => truth[row]);
      // Scores of different models cannot be ranked against each other, so a fold needs both classes.
      if (new Set(labels).size < 2) return NaN;
      return rocAuc(
        labels,
        Float64Array.from(
          score(
            test,
            Uint8Array.from(folds, (own) => (own === fold ? 1 : 0)),
          ),
        ),
        2,
      );
    }).filter(Number.isFinite);
    return own.reduce((sum, area) => sum + area, 0) / own.length;
  });
  return drawInterval(areas);
}
