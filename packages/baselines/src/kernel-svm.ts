import { checkCount, selectRows } from '@geneformer-ts/analysis';
import { ArgumentError, type DenseMatrix, type Matrix, toDense } from '@geneformer-ts/core';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { argmaxRows, checkFitted, checkPositive, checkTraining, type Classifier } from './classifier.js';
import { classWeights, compactClasses, type ClassWeight } from './class-set.js';
import { kernelOf, type KernelFunction } from './kernels.js';
import { loadLibsvm, type LibsvmModel, type LibsvmSettings, type TrainLibsvm } from './libsvm.js';
import { couplePairs } from './pairwise-coupling.js';
import { fitSigmoid } from './platt-scaling.js';
import { labelsOf } from './unlabelled.js';

/** Options of {@link kernelSVM}; names and defaults are those of scikit-learn's `SVC`. */
export interface KernelSVMOptions {
  /** Default `'rbf'`. */
  kernel?: 'linear' | 'poly' | 'rbf' | 'sigmoid';
  /** Weight of the loss against the penalty. Default 1. */
  C?: number;
  /** A number, `'scale'` for 1 / (columns × variance of all values) or `'auto'` for 1 / columns. Default `'scale'`. */
  gamma?: 'scale' | 'auto' | number;
  /** Of the polynomial kernel. Default 3. */
  degree?: number;
  /** Of the polynomial and sigmoid kernels. Default 0. */
  coef0?: number;
  /** Default 1e-3. */
  tol?: number;
  classWeight?: ClassWeight;
  /** Folds whose held-out margins the probabilities are fitted to. Default 5. */
  nSplits?: number;
  /** Seed of the folds. Default 0. */
  seed?: number;
}

interface KernelState {
  cols: number;
  classes: number;
  present: Int32Array;
  machines: Machines;
  /** Slope and offset of each pair, in the order of the present classes. */
  sigmoids: [number, number][];
}

/**
 * A support vector machine with a kernel, fitted by LIBSVM itself: scikit-learn's `SVC(probability=True)`, one machine a pair of classes,
 * probabilities by Platt's scaling of held-out margins and pairwise coupling. The folds of the scaling are seeded here; LIBSVM's
 * own are not. It holds every value as a double and fits `nSplits + 1` times: for a few thousand rows.
 *
 * @throws ForeignEngineError when libsvm-js cannot be loaded, ArgumentError
 */
export async function kernelSVM(options: KernelSVMOptions = {}): Promise<KernelSVM> {
  return new KernelSVM(options, await loadLibsvm());
}

export class KernelSVM implements Classifier {
  private state: KernelState | undefined;

  /** Use {@link kernelSVM}, which loads LIBSVM. */
  constructor(
    private readonly options: KernelSVMOptions,
    private readonly train: TrainLibsvm,
  ) {
    const { kernel = 'rbf', gamma = 'scale' } = options;
    checkPositive('C', options.C ?? 1);
    checkPositive('tol', options.tol ?? 1e-3);
    checkCount('degree', options.degree ?? 3);
    checkCount('nSplits', options.nSplits ?? 5, 2);
    if (typeof gamma === 'number') checkPositive('gamma', gamma);
    if (!['linear', 'poly', 'rbf', 'sigmoid'].includes(kernel)) {
      throw ArgumentError.of('kernel', kernel, 'linear, poly, rbf or sigmoid');
    }
  }

  /** @throws ShapeError, ValueError, OneClassError, and TooFewRowsError when a class has fewer rows than there are folds */
  fit(X: Matrix, y: Int32Array, classes: number): this {
    const { present, compact } = compactClasses(y, checkTraining('KernelSVM', X, y, classes));
    const { nSplits = 5, seed = 0 } = this.options;
    const dense = toDense(X);
    const folds = stratifiedKFold(compact, { nSplits, seed });
    const rows = Int32Array.from(folds.keys());
    const pairs = (present.length * (present.length - 1)) / 2;
    const held = new Float64Array(X.rows * pairs);
    for (let fold = 0; fold < nSplits; fold++) {
      const train = rows.filter((row) => folds[row] !== fold);
      const test = rows.filter((row) => folds[row] === fold);
      const machines = this.machines(selectRows(dense, train), labelsOf(compact, train), present.length);
      const margins = machines.margins(selectRows(dense, test));
      test.forEach((row, i) => held.set(margins.subarray(i * pairs, (i + 1) * pairs), row * pairs));
    }
    this.state = {
      cols: X.cols,
      classes,
      present,
      machines: this.machines(dense, compact, present.length),
      sigmoids: sigmoidsOf(held, compact, present.length),
    };
    return this;
  }

  /**
   * Margins of each row, rows × pairs of classes with training rows, (0, 1), (0, 2), … (1, 2), …; positive means the first of the pair.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  decisionFunction(X: Matrix): Float64Array {
    return checkFitted('KernelSVM', this.state, X).machines.margins(toDense(X));
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predictProba(X: Matrix): Float32Array {
    const { classes, present, sigmoids } = checkFitted('KernelSVM', this.state, X);
    const margins = this.decisionFunction(X);
    const count = present.length;
    const probabilities = new Float32Array(X.rows * classes);
    const against = new Float64Array(count * count);
    for (let row = 0; row < X.rows; row++) {
      eachPair(count, (i, j, pair) => {
        const [slope, offset] = sigmoids[pair];
        const share = 1 / (1 + Math.exp(slope * margins[row * sigmoids.length + pair] + offset));
        against[i * count + j] = Math.min(Math.max(share, 1e-7), 1 - 1e-7);
        against[j * count + i] = 1 - against[i * count + j];
      });
      const shares = count === 2 ? Float64Array.of(against[1], against[2]) : couplePairs(against, count);
      shares.forEach((share, i) => (probabilities[row * classes + present[i]] = share));
    }
    return probabilities;
  }

  /** @throws NotFittedError, ShapeError, ValueError */
  predict(X: Matrix): Int32Array {
    return argmaxRows(this.predictProba(X), this.state!.classes);
  }

  private machines(X: DenseMatrix, y: Int32Array, classes: number): Machines {
    const { kernel = 'rbf', C = 1, degree = 3, coef0 = 0, tol = 1e-3, classWeight } = this.options;
    const gamma = this.gammaFor(X);
    const settings: LibsvmSettings = {
      kernel,
      C,
      gamma,
      degree,
      coef0,
      tol,
      weightOf: classWeights(y, classes, classWeight),
    };
    const model = this.train(X, y, settings);
    return new Machines(model, selectRows(X, model.rows), kernelOf(kernel, gamma, degree, coef0));
  }

  private gammaFor(X: DenseMatrix): number {
    const { gamma = 'scale' } = this.options;
    if (typeof gamma === 'number') return gamma;
    if (gamma === 'auto') return 1 / X.cols;
    const mean = X.data.reduce((sum, value) => sum + value, 0) / X.data.length;
    const variance = X.data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / X.data.length;
    return variance > 0 ? 1 / (X.cols * variance) : 1;
  }
}

/** The machines of all pairs of classes, which share their support vectors. */
class Machines {
  constructor(
    private readonly model: LibsvmModel,
    private readonly vectors: DenseMatrix,
    private readonly kernel: KernelFunction,
  ) {}

  margins(X: DenseMatrix): Float64Array {
    const { labels, counts, rho, coefficients } = this.model;
    const { vectors, kernel } = this;
    const firsts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
    const margins = new Float64Array(X.rows * rho.length);
    const values = new Float64Array(vectors.rows);
    const place = pairPlaces(labels);
    for (let row = 0; row < X.rows; row++) {
      for (let v = 0; v < vectors.rows; v++) {
        values[v] = kernel(X.data, row * X.cols, vectors.data, v * X.cols, X.cols);
      }
      eachPair(labels.length, (i, j, pair) => {
        let sum = -rho[pair];
        for (let v = firsts[i]; v < firsts[i] + counts[i]; v++) sum += coefficients[v][j - 1] * values[v];
        for (let v = firsts[j]; v < firsts[j] + counts[j]; v++) sum += coefficients[v][i] * values[v];
        margins[row * rho.length + place[pair].pair] = place[pair].sign * sum;
      });
    }
    return margins;
  }
}

/** Where LIBSVM's pairs, in its order of the classes, stand in ascending order, and whether they are turned round there. */
function pairPlaces(labels: readonly number[]): { pair: number; sign: number }[] {
  const number = new Map<string, number>();
  eachPair(labels.length, (i, j, pair) => number.set(`${i},${j}`, pair));
  const places: { pair: number; sign: number }[] = [];
  eachPair(labels.length, (i, j) => {
    const [one, other] = [labels[i], labels[j]];
    const pair = number.get(`${Math.min(one, other)},${Math.max(one, other)}`)!;
    places.push({ pair, sign: one < other ? 1 : -1 });
  });
  return places;
}

function sigmoidsOf(margins: Float64Array, y: Int32Array, classes: number): [number, number][] {
  const pairs = (classes * (classes - 1)) / 2;
  const sigmoids: [number, number][] = [];
  eachPair(classes, (i, j, pair) => {
    const rows = Array.from(y.keys()).filter((row) => y[row] === i || y[row] === j);
    sigmoids.push(
      fitSigmoid(
        Float64Array.from(rows, (row) => margins[row * pairs + pair]),
        Int32Array.from(rows, (row) => (y[row] === i ? 1 : 0)),
      ),
    );
  });
  return sigmoids;
}

function eachPair(classes: number, visit: (i: number, j: number, pair: number) => void): void {
  let pair = 0;
  for (let i = 0; i < classes; i++) for (let j = i + 1; j < classes; j++) visit(i, j, pair++);
}
