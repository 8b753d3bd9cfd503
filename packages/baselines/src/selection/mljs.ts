/// <reference path="../../types/mljs.d.ts" />
import { LabeledClassifier } from '../labeled-classifier.js';
import {
  below,
  checkOptions,
  type DenseMatrix,
  type Matrix,
  type OptionNames,
  randomStream,
  toDense,
} from '@geneformer-ts/core';
import { checkFitted, checkTraining, type Classifier } from '../classifier.js';
import { compactClasses, probabilitiesOf } from '../labels.js';
import { ForeignEngineError } from '../errors.js';
import { StandardScaler } from '../features/standard-scaler.js';

/**
 * ml-random-forest and ml-svm behind this package's interface, for comparison with independent implementations. Both use plain arrays
 * and are hundreds of times slower than this package's models, so they suit at most a few hundred rows and columns. ml-random-forest
 * samples features per tree, not per split. Both are loaded on first use.
 */

/** Options of ml-random-forest, with this package's names. */
export interface MljsForestOptions {
  /** Number of trees. Default 100. */
  nEstimators?: number;
  /** Number of columns per tree. Default the square root of the number of columns. */
  maxFeatures?: number;
  /** Seed. Default 0. */
  randomState?: number;
}

const forestOptionNames: OptionNames<MljsForestOptions> = { nEstimators: true, maxFeatures: true, randomState: true };

/** Options of ml-svm, with this package's names. */
export interface MljsSVMOptions {
  /** Weight of the loss against the penalty. Default 1. */
  C?: number;
  /** Stopping tolerance. Default 1e-4. */
  tol?: number;
  /** Number of iterations after which ml-svm fails. Default 10,000. */
  maxIter?: number;
  /** Seed. Default 0. */
  randomState?: number;
}

const svmOptionNames: OptionNames<MljsSVMOptions> = { C: true, tol: true, maxIter: true, randomState: true };

interface Fitted {
  cols: number;
  classes: number;
  /** Returns class probabilities, rows × classes. */
  probabilities: (X: DenseMatrix) => Float32Array;
}

/**
 * Creates a random forest of ml-random-forest.
 *
 * @throws ForeignEngineError when ml-random-forest cannot be loaded
 */
export async function mljsForest(options: MljsForestOptions = {}): Promise<Classifier> {
  checkOptions('mljsForest', options, forestOptionNames);
  const { nEstimators = 100, randomState = 0 } = options;
  const { RandomForestClassifier } = await load('ml-random-forest', () => import('ml-random-forest'));
  return new MljsClassifier('ml-random-forest', (X, labels, present, classes) => {
    const maxFeatures = options.maxFeatures ?? Math.max(1, Math.floor(Math.sqrt(X.cols)));
    const forest = new RandomForestClassifier({
      nEstimators,
      seed: randomState,
      maxFeatures,
      replacement: false,
      noOOB: true,
    });
    forest.train(rowsOf(X), labels);
    return (queries) => {
      const probabilities = new Float32Array(queries.rows * classes);
      forest
        .predictionValues(rowsOf(queries))
        .to2DArray()
        .forEach((votes, row) => {
          for (const vote of votes) probabilities[row * classes + present[vote]] += 1 / votes.length;
        });
      return probabilities;
    };
  });
}

/**
 * Creates a linear SVM of ml-svm on standardized features, with one machine per class against the rest.
 *
 * @throws ForeignEngineError when ml-svm cannot be loaded
 */
export async function mljsSVM(options: MljsSVMOptions = {}): Promise<Classifier> {
  checkOptions('mljsSVM', options, svmOptionNames);
  const { C = 1, tol = 1e-4, maxIter = 10_000, randomState = 0 } = options;
  const { default: SVM } = await load('ml-svm', () => import('ml-svm'));
  return new MljsClassifier('ml-svm', (X, labels, present, classes) => {
    const scaler = new StandardScaler().fit(X);
    const rows = rowsOf(scaler.transform(X));
    const positives = present.length === 2 ? [1] : Array.from(present.keys());
    const machines = positives.map((label) => {
      const random = randomStream(randomState, label);
      // ml-svm's own scaling (whitening) divides by the range of each column, which is 0 for a gene that is never detected.
      const settings = { C, tol, maxIterations: maxIter, kernel: 'linear' as const, whitening: false };
      const machine = new SVM({ ...settings, random: () => below(random, 0x4000_0000) / 0x4000_0000 });
      machine.train(
        rows,
        labels.map((own) => (own === label ? 1 : -1)),
      );
      return machine;
    });
    return (queries) => {
      const queryRows = rowsOf(scaler.transform(queries));
      const margins = Float64Array.from(machines.flatMap((machine) => machine.margin(queryRows)));
      return probabilitiesOf(margins, queries.rows, classes, present);
    };
  });
}

type Train = (X: DenseMatrix, labels: number[], present: Int32Array, classes: number) => Fitted['probabilities'];

class MljsClassifier extends LabeledClassifier {
  private state: Fitted | undefined;

  constructor(
    private readonly name: string,
    private readonly train: Train,
  ) {
    super();
  }

  /** @throws ShapeError, ValueError, OneClassError, ForeignEngineError when the library fails */
  protected fitEncoded(X: Matrix, y: Int32Array, classes: number): void {
    const { present, compact } = compactClasses(y, checkTraining(this.name, X, y, classes));
    try {
      const probabilities = this.train(toDense(X), Array.from(compact), present, classes);
      this.state = { cols: X.cols, classes, probabilities };
    } catch (cause) {
      throw new ForeignEngineError(this.name, 'failed', "use engine 'native', or fewer or scaled features", { cause });
    }
  }

  /**
   * Returns class probabilities, rows × classes.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predictProba(X: Matrix): Float32Array {
    return checkFitted(this.name, this.state, X).probabilities(toDense(X));
  }
}

function rowsOf({ rows, cols, data }: DenseMatrix): number[][] {
  return Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols)));
}

async function load<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new ForeignEngineError(name, 'cannot be loaded', `install ${name}, or use engine 'native'`, { cause });
  }
}
