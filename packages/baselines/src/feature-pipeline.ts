import { highlyVariableGenes, PCA, type PCAOptions, selectColumns } from '@geneformer-ts/analysis';
import { ArgumentError, type Matrix, toSparse } from '@geneformer-ts/core';
import { checkFitted } from './classifier.js';
import { StandardScaler, type StandardScalerOptions } from './standard-scaler.js';

/** A step that learns from the rows it is fitted on. */
export type FeatureStep =
  | { step: 'highly-variable-genes'; n: number }
  | ({ step: 'standard-scaler' } & StandardScalerOptions)
  | ({ step: 'pca' } & PCAOptions);

/**
 * Steps from features to features, each fitted on what the one before makes of the training rows. Everything that is learnt on the way to
 * a classifier belongs in here, so that a fold's test rows take part in none of it.
 */
export class FeaturePipeline {
  private state: { cols: number; transforms: ((X: Matrix) => Matrix)[] } | undefined;

  constructor(private readonly steps: readonly FeatureStep[]) {}

  /** @throws what the steps throw, ArgumentError for an unknown one */
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

  /** @throws NotFittedError, ShapeError */
  transform(X: Matrix): Matrix {
    const { transforms } = checkFitted('FeaturePipeline', this.state, X);
    return transforms.reduce((features, transform) => transform(features), X);
  }
}

function fitStep(step: FeatureStep, X: Matrix): (X: Matrix) => Matrix {
  switch (step.step) {
    case 'highly-variable-genes': {
      const genes = highlyVariableGenes(toSparse(X), step.n);
      return (features) => selectColumns(features, genes);
    }
    case 'standard-scaler': {
      const scaler = new StandardScaler(step).fit(X);
      return (features) => scaler.transform(features);
    }
    case 'pca': {
      const pca = new PCA(step).fit(X);
      return (features) => pca.transform(features);
    }
    default:
      throw ArgumentError.of('step', (step as { step: unknown }).step, 'highly-variable-genes, standard-scaler or pca');
  }
}
