import { highlyVariableGenes, PCA, type PCAOptions, selectColumns } from '@geneformer-ts/analysis';
import { ArgumentError, checkOptions, type Matrix, toSparse } from '@geneformer-ts/core';
import { checkFitted } from '../classifier.js';
import { StandardScaler, type StandardScalerOptions } from './standard-scaler.js';

/** Step of a {@link FeaturePipeline}. */
export type FeatureStep =
  | { step: 'highly-variable-genes'; n: number }
  | ({ step: 'standard-scaler' } & StandardScalerOptions)
  | ({ step: 'pca' } & PCAOptions);

/**
 * Applies feature steps in order, like scikit-learn's `Pipeline`; each step is fitted on the output of the previous one. Fit it on the
 * training rows of a fold, so that no step learns from test rows.
 *
 * ```ts
 * const pipeline = new FeaturePipeline([{ step: 'highly-variable-genes', n: 2000 }, { step: 'standard-scaler' }]).fit(train);
 * pipeline.transform(test); // cells × 2000
 * ```
 */
export class FeaturePipeline {
  private state: { cols: number; transforms: ((X: Matrix) => Matrix)[] } | undefined;

  constructor(private readonly steps: readonly FeatureStep[]) {}

  /**
   * Fits all steps on the training rows.
   *
   * @throws ArgumentError for an unknown step, and the errors of the steps
   */
  fit(X: Matrix): this {
    const transforms: ((X: Matrix) => Matrix)[] = [];
    let features = X;
    for (const step of this.steps) {
      const transform = fitStep(step, features);
      transforms.push(transform);
      features = transform(features);
    }
    this.state = { cols: X.cols, transforms };
    return this;
  }

  /**
   * Returns the features after all steps.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  transform(X: Matrix): Matrix {
    const { transforms } = checkFitted('FeaturePipeline', this.state, X);
    return transforms.reduce((features, transform) => transform(features), X);
  }
}

function fitStep(step: FeatureStep, X: Matrix): (X: Matrix) => Matrix {
  switch (step.step) {
    case 'highly-variable-genes': {
      checkOptions('highly-variable-genes', step, { step: true, n: true });
      const genes = highlyVariableGenes(toSparse(X), step.n);
      return (features) => selectColumns(features, genes);
    }
    case 'standard-scaler': {
      const scaler = new StandardScaler(without(step, 'step')).fit(X);
      return (features) => scaler.transform(features);
    }
    case 'pca': {
      const pca = new PCA(without(step, 'step')).fit(X);
      return (features) => pca.transform(features);
    }
    default:
      throw ArgumentError.of('step', (step as { step: unknown }).step, 'highly-variable-genes, standard-scaler or pca');
  }
}

/** Returns the options of a step or a classifier: its description without the names that choose it. */
export function without<T extends object, Name extends keyof T>(described: T, ...names: Name[]): Omit<T, Name> {
  const options = { ...described };
  for (const name of names) delete options[name];
  return options;
}
