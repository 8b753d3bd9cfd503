/**
 * The vectors of genes that the small model starts from, which also are the linear model to beat: linear discriminants of
 * log(1 + counts per 10,000) between the profiles. The variance within profiles is a diagonal matrix, as for independent counts.
 */
import { PCA } from '@geneformer-ts/analysis';

/** Settings of the vectors; choose.mjs measures others on datasets that were held out. */
export const vectorSettings = {
  /** Added to the variance of each gene, so that hardly expressed genes do not get the largest weights. */
  leastVariance: 0.05,
  /** Share of a dataset's mean that is subtracted from its profiles: 1 leaves only what differs between the cell types of a dataset. */
  centering: 0,
  /** Number of columns for statistics of the gene's level: how much and how widely it is expressed. 0 leaves only discriminants. */
  statistics: 4,
};

/**
 * @param {{ inputIds: Int32Array, offsets: Int32Array, counts: Float32Array }} cells
 * @param {{ profiles: Int32Array, sources: Int32Array }} origins profile and dataset of each cell, as codes from 0 without gaps
 * @param {number} width number of columns: discriminants, then statistics if there are any
 * @param {number} vocabularySize
 * @returns {Float32Array} [vocabulary × width], each column with a mean square of 1 over the genes
 */
export function geneVectors(cells, origins, width, vocabularySize, settings = vectorSettings) {
  const levels = levelsOfProfiles(cells, origins, vocabularySize);
  const genes = Int32Array.from(levels.varianceWithin.keys()).filter((gene) => levels.varianceWithin[gene] > 0);
  const scale = Float64Array.from(genes, (gene) => 1 / Math.sqrt(levels.varianceWithin[gene] + settings.leastVariance));
  const rows = centered(levels, settings.centering).map((row) => scale.map((value, at) => value * row[genes[at]]));
  const vectors = new Float32Array(vocabularySize * width);
  const fill = (column, values) => {
    const length = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / vocabularySize);
    values.forEach((value, at) => (vectors[genes[at] * width + column] = value / length));
  };
  const kept = width - settings.statistics;
  principalAxes(rows, kept).forEach((axis, column) =>
    fill(
      column,
      axis.map((value, at) => value * scale[at]),
    ),
  );
  if (settings.statistics > 0) {
    const statistics = levelStatistics(levels.means, genes).slice(0, settings.statistics);
    statistics.forEach((values, at) => fill(kept + at, values));
  }
  return vectors;
}

/** Returns the mean level of each gene in each profile, its variance within profiles, and the dataset of each profile. */
function levelsOfProfiles({ inputIds, offsets, counts }, { profiles, sources }, vocabularySize) {
  const count = profiles.reduce((most, code) => Math.max(most, code), 0) + 1;
  const sizes = new Float64Array(count);
  const datasetOf = new Int32Array(count);
  const means = Array.from({ length: count }, () => new Float64Array(vocabularySize));
  const varianceWithin = new Float64Array(vocabularySize);
  profiles.forEach((profile, cell) => {
    sizes[profile]++;
    datasetOf[profile] = sources[cell];
    for (let at = offsets[cell]; at < offsets[cell + 1]; at++) {
      const level = Math.log1p(counts[at]);
      means[profile][inputIds[at]] += level;
      varianceWithin[inputIds[at]] += level ** 2;
    }
  });
  means.forEach((sums, profile) =>
    sums.forEach((sum, gene) => {
      sums[gene] = sum / sizes[profile];
      varianceWithin[gene] -= sizes[profile] * sums[gene] ** 2;
    }),
  );
  for (const gene of varianceWithin.keys()) varianceWithin[gene] = Math.max(0, varianceWithin[gene] / profiles.length);
  return { means, varianceWithin, datasetOf };
}

/** Returns the means minus a share of the mean of their dataset. */
function centered({ means, datasetOf }, share) {
  if (share === 0) return means;
  const sizes = new Map();
  const sums = new Map();
  datasetOf.forEach((dataset, profile) => {
    const own = sums.get(dataset) ?? new Float64Array(means[profile].length);
    means[profile].forEach((value, gene) => (own[gene] += value));
    sums.set(dataset, own);
    sizes.set(dataset, (sizes.get(dataset) ?? 0) + 1);
  });
  return means.map((row, profile) => {
    const [sum, size] = [sums, sizes].map((of) => of.get(datasetOf[profile]));
    return row.map((value, gene) => value - (share * sum[gene]) / size);
  });
}

/**
 * Returns how much and how widely each gene is expressed in the profiles, standardized over the genes: log of the mean level, deviation,
 * share of profiles that have the gene, maximum, mean, median, 90 % quantile, share above 1, and specificity (tau).
 */
function levelStatistics(means, genes) {
  const count = means.length;
  const columns = Array.from({ length: 9 }, () => new Float64Array(genes.length));
  genes.forEach((gene, at) => {
    const levels = Float64Array.from(means, (row) => row[gene]).sort();
    const most = levels[count - 1];
    const mean = average(levels);
    const above = (least) => levels.filter((level) => level > least).length / count;
    const quantile = (share) => levels[Math.floor(share * (count - 1))];
    const deviation = Math.sqrt(average(levels.map((level) => (level - mean) ** 2)));
    const specificity = most > 0 ? (count - levels.reduce((sum, level) => sum + level / most, 0)) / (count - 1) : 0;
    [
      Math.log(mean + 1e-3),
      deviation,
      above(0),
      most,
      mean,
      quantile(0.5),
      quantile(0.9),
      above(1),
      specificity,
    ].forEach((value, column) => (columns[column][at] = value));
  });
  return columns.map((column) => {
    const center = average(column);
    const deviation = Math.sqrt(average(column.map((value) => (value - center) ** 2)));
    return column.map((value) => (value - center) / deviation);
  });
}

function average(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Returns the principal axes of rows that are much fewer than their columns. The components of the products of all pairs of rows are the
 * scores of the rows, and sums of the rows with these as weights are the axes: ten times faster than components of the rows themselves.
 */
function principalAxes(rows, nComponents) {
  const mean = rows[0].map((_, gene) => rows.reduce((sum, row) => sum + row[gene], 0) / rows.length);
  const differences = rows.map((row) => row.map((value, gene) => value - mean[gene]));
  const data = new Float32Array(rows.length ** 2);
  differences.forEach((a, i) => {
    for (let j = 0; j <= i; j++) {
      const b = differences[j];
      let product = 0;
      for (let gene = 0; gene < a.length; gene++) product += a[gene] * b[gene];
      data[i * rows.length + j] = data[j * rows.length + i] = product;
    }
  });
  const scores = new PCA({ nComponents }).fit({ rows: rows.length, cols: rows.length, data }).components;
  return scores.map((weights) => {
    const axis = new Float64Array(mean.length);
    differences.forEach((row, i) => {
      for (let at = 0; at < axis.length; at++) axis[at] += weights[i] * row[at];
    });
    return axis;
  });
}

/**
 * Returns the scores of cells: sums of the vectors of their genes times their levels.
 *
 * @returns {{ data: Float32Array, rows: number, cols: number }}
 */
export function linearScores({ inputIds, offsets, counts }, vectors, width) {
  const rows = offsets.length - 1;
  const data = new Float32Array(rows * width);
  for (let cell = 0; cell < rows; cell++) {
    for (let at = offsets[cell]; at < offsets[cell + 1]; at++) {
      const level = Math.log1p(counts[at]);
      const from = inputIds[at] * width;
      for (let i = 0; i < width; i++) data[cell * width + i] += level * vectors[from + i];
    }
  }
  return { data, rows, cols: width };
}
