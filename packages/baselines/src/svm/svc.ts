import { checkCount, selectRows } from '@geneformer-ts/analysis';
import { LabeledClassifier } from '../labeled-classifier.js';
import {
  checkChoice,
  checkOptions,
  type DenseMatrix,
  type Matrix,
  type OptionNames,
  toDense,
} from '@geneformer-ts/core';
import { stratifiedKFold } from '@geneformer-ts/eval';
import { checkFinite, checkFitted, checkPositive, checkShared, checkTraining } from '../classifier.js';
import { classWeights, compactClasses, type ClassWeight, labelsOf } from '../labels.js';
import { kernelOf, Machines } from './kernel-machines.js';
import { loadLibsvm, type LibsvmSettings, type TrainLibsvm } from './libsvm.js';
import { couplePairs, eachPair, sigmoidsOf } from './pairwise-coupling.js';

/** Options of {@link SVC}; names and defaults are those of scikit-learn's `SVC`. */
export interface SVCOptions {
  /** Kernel function. Default `'rbf'`. */
  kernel?: 'linear' | 'poly' | 'rbf' | 'sigmoid';
  /** Weight of the loss against the penalty. Default 1. */
  C?: number;
  /** A number, `'scale'` for 1 / (columns × variance of all values) or `'auto'` for 1 / columns. Default `'scale'`. */
  gamma?: 'scale' | 'auto' | number;
  /** Degree of the polynomial kernel. Default 3. */
  degree?: number;
  /** Constant term of the polynomial and sigmoid kernels. Default 0. */
  coef0?: number;
  /** LIBSVM's stopping tolerance. Default 1e-3. */
  tol?: number;
  /** `'balanced'` gives every class the same total weight. Default none. */
  classWeight?: ClassWeight;
  /** Number of folds; the probabilities are fitted on held-out margins. Default 5. */
  cv?: number;
  /** Seed of the folds. Default 0. */
  randomState?: number;
}

const known: OptionNames<SVCOptions> = {
  kernel: true,
  C: true,
  gamma: true,
  degree: true,
  coef0: true,
  tol: true,
  classWeight: true,
  cv: true,
  randomState: true,
};

interface KernelState {
  cols: number;
  classes: number;
  present: Int32Array;
  machines: Machines;
  /** Slope and offset of each pair of present classes. */
  sigmoids: [number, number][];
}

/**
 * Support vector machine with a kernel, fitted by LIBSVM, as scikit-learn's `SVC(probability=True)`. There is one machine per pair of
 * classes; probabilities come from Platt scaling of held-out margins and pairwise coupling. Unlike in LIBSVM, the folds are seeded. A
 * fit stores every value as a double and runs LIBSVM `cv + 1` times, so it suits a few thousand rows.
 *
 * LIBSVM is WebAssembly that loads asynchronously: create a model with {@link SVC.create}.
 *
 * ```ts
 * const model = (await SVC.create({ C: 10 })).fit(X, y);
 * model.predictProba(X); // rows × classes
 * ```
 */
export class SVC extends LabeledClassifier {
  private state: KernelState | undefined;

  /**
   * Loads LIBSVM and creates a model.
   *
   * @throws ForeignEngineError when libsvm-js cannot be loaded, ArgumentError
   */
  static async create(options: SVCOptions = {}): Promise<SVC> {
    return new SVC(options, await loadLibsvm());
  }

  /** Used by {@link SVC.create}, which loads LIBSVM. */
  constructor(
    private readonly options: SVCOptions,
    private readonly train: TrainLibsvm,
  ) {
    super();
    checkOptions('SVC', options, known);
    const { kernel = 'rbf', gamma = 'scale' } = options;
    checkPositive('C', options.C ?? 1);
    checkPositive('tol', options.tol ?? 1e-3);
    checkCount('degree', options.degree ?? 3);
    checkFinite('coef0', options.coef0 ?? 0);
    checkShared(options);
    checkCount('cv', options.cv ?? 5, 2);
    if (typeof gamma === 'number') checkPositive('gamma', gamma);
    else checkChoice('gamma', gamma, ['scale', 'auto']);
    checkChoice('kernel', kernel, ['linear', 'poly', 'rbf', 'sigmoid']);
  }

  /** @throws ShapeError, ValueError, OneClassError, and TooFewRowsError when a class has fewer rows than there are folds */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { present, compact } = compactClasses(y, checkTraining('SVC', X, y, classes));
    const { cv = 5, randomState = 0 } = this.options;
    const dense = toDense(X);
    const folds = stratifiedKFold(compact, { nSplits: cv, seed: randomState });
    const rows = Int32Array.from(folds.keys());
    const pairs = (present.length * (present.length - 1)) / 2;
    const held = new Float64Array(X.rows * pairs);
    for (let fold = 0; fold < cv; fold++) {
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
  }

  /**
   * Returns margins, rows × pairs of classes with training rows: (0, 1), (0, 2), … (1, 2), …. A positive margin means the first class
   * of the pair.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  decisionFunction(X: Matrix): Float64Array {
    return checkFitted('SVC', this.state, X).machines.margins(toDense(X));
  }

  /**
   * Returns class probabilities, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    const { classes, present, sigmoids } = checkFitted('SVC', this.state, X);
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
