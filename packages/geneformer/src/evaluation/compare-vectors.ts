import {
  adjustedRandScore,
  graphConnectivity,
  integrationLisi,
  kMeans,
  NearestNeighbors,
  normalizedMutualInfoScore,
  selectRows,
  silhouetteBatch,
  silhouetteLabel,
} from '@geneformer-ts/analysis';
import { KNeighborsClassifier, LogisticRegression, StandardScaler } from '@geneformer-ts/baselines';
import type { DenseMatrix } from '@geneformer-ts/core';
import { accuracy, stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';

/** Scores of vectors; each is better if higher. */
export interface VectorScores {
  /** Share of cells whose label is the one of most of their 15 nearest cells in training folds. */
  knnAccuracy: number;
  /** Accuracy of logistic regression on the vectors, over held-out folds. */
  probeAccuracy: number;
  /** scIB's silhouette of the labels, 0 to 1. */
  silhouetteLabel: number;
  /** Agreement of k-means clusters, as many as labels, with the labels. */
  ari: number;
  nmi: number;
  /** scIB's batch silhouette within labels, integration LISI and graph connectivity; only with batches. */
  silhouetteBatch?: number;
  ilisi?: number;
  graphConnectivity?: number;
}

const FOLDS = 5;
const NEIGHBORS = 15;

/** Returns vectors whose columns have mean 0 and variance 1: a few columns of a transformer's vectors vary much more than the others. */
export function standardized(vectors: DenseMatrix): DenseMatrix {
  return new StandardScaler().fit(vectors).transform(vectors);
}

/**
 * Scores vectors of labeled cells, with the definitions of scIB (Luecken et al., Nature Methods 19:41, 2022) for all scores
 * that it has. With batches, whole batches are held out for the accuracies if there are several.
 *
 * @param X vectors whose distances are compared, as they are; only the linear probe standardizes them
 */
export function scoreVectors(
  X: DenseMatrix,
  labels: Int32Array,
  classNames: readonly string[],
  batches?: Int32Array,
): VectorScores {
  const clusters = kMeans(X, { nClusters: classNames.length });
  const count = batches ? new Set(batches).size : 0;
  const neighbors = new NearestNeighbors({ nNeighbors: Math.min(3 * NEIGHBORS, X.rows - 1) }).fit(X).kneighbors();
  return {
    ...heldOutAccuracies(X, labels, classNames, batches),
    silhouetteLabel: silhouetteLabel(X, labels),
    ari: adjustedRandScore(labels, clusters.labels),
    nmi: normalizedMutualInfoScore(labels, clusters.labels),
    ...(batches &&
      count > 1 && {
        silhouetteBatch: silhouetteBatch(X, labels, batches),
        ilisi: integrationLisi(neighbors, batches),
        graphConnectivity: graphConnectivity(neighbors, labels),
      }),
  };
}

function heldOutAccuracies(
  X: DenseMatrix,
  labels: Int32Array,
  classNames: readonly string[],
  batches: Int32Array | undefined,
): { knnAccuracy: number; probeAccuracy: number } {
  const groups = batches && new Set(batches).size > 1 ? batches : undefined;
  const nSplits = groups ? Math.min(FOLDS, new Set(groups).size) : FOLDS;
  const fold = groups
    ? stratifiedGroupKFold(labels, groups, { nSplits, classNames })
    : stratifiedKFold(labels, { nSplits, classNames });
  const scaled = standardized(X);
  const knn = new Int32Array(labels.length);
  const probe = new Int32Array(labels.length);
  const rows = Int32Array.from(labels.keys());
  for (let held = 0; held < nSplits; held++) {
    const train = rows.filter((row) => fold[row] !== held);
    const test = rows.filter((row) => fold[row] === held);
    const codes = train.map((row) => labels[row]);
    const nNeighbors = Math.min(NEIGHBORS, train.length);
    const classes = classNames.length;
    const votes = new KNeighborsClassifier({ nNeighbors }).fit(selectRows(X, train), codes, classes);
    const lines = new LogisticRegression({ maxIter: 300 }).fit(selectRows(scaled, train), codes, classes);
    const [voted, probed] = [votes.predict(selectRows(X, test)), lines.predict(selectRows(scaled, test))];
    test.forEach((row, at) => {
      knn[row] = voted[at];
      probe[row] = probed[at];
    });
  }
  return { knnAccuracy: accuracy(labels, knn), probeAccuracy: accuracy(labels, probe) };
}
