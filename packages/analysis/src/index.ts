/**
 * Building blocks of single-cell analyses: principal components, nearest neighbors, UMAP, highly variable genes, clusters and
 * the integration scores of scIB, with the names of scikit-learn, umap-learn and scanpy. Everything is seeded and repeats to the bit. Depends on no
 * classifier, figure or file format.
 *
 * ```ts
 * import { highlyVariableGenes, PCA, selectColumns, UMAP } from '@geneformer-ts/analysis';
 * import { toSparse } from '@geneformer-ts/core';
 *
 * const levels = toSparse({ rows: 4, cols: 3, data: Float32Array.of(1, 0, 2, 1, 3, 0, 1, 0, 2.5, 1, 2.5, 0) }); // cells × genes
 * const genes = highlyVariableGenes(levels, 2); // Int32Array [1, 2]
 * const scores = new PCA({ nComponents: 2 }).fitTransform(selectColumns(levels, genes)); // cells × 2
 * const layout = await new UMAP({ nNeighbors: 3 }).fitTransform(scores); // cells × 2, row-major
 * ```
 */
export { columnMoments, type ColumnMoments } from './column-moments.js';
export { DiagonalDiscriminants, type DiscriminantOptions } from './diagonal-discriminants.js';
export { denseGradient, denseScores } from './dense-products.js';
export { CancelledError, checkCount, NotFittedError } from './errors.js';
export { highlyVariableGenes } from './highly-variable-genes.js';
export { adjustedRandScore, normalizedMutualInfoScore } from './integration/agreement.js';
export { harmony, type HarmonyOptions } from './integration/harmony.js';
export { kMeans, type Clusters, type KMeansOptions } from './integration/k-means.js';
export { graphConnectivity, integrationLisi, lisi } from './integration/neighborhoods.js';
export { silhouetteBatch, silhouetteLabel, silhouetteSamples } from './integration/silhouette.js';
export { NearestNeighbors, type NearestNeighborsOptions } from './neighbors/nearest-neighbors.js';
export type { Neighbors } from './neighbors/neighbors.js';
export { PCA, type PCAOptions } from './pca.js';
export { selectColumns, selectRows, stackRows, transpose } from './select.js';
export { eachRow, sparseIfWorthIt, type Points } from './sparse-rows.js';
export { simdGather } from './simd-products.js';
export { gather, type Gather } from './sparse-products.js';
export { UMAP, type UMAPOptions, type UMAPProgress } from './umap/umap.js';
