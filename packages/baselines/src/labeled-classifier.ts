import { type Matrix, ValueError } from '@geneformer-ts/core';
import { argmaxRows, type Classifier } from './classifier.js';
import { UNLABELED } from './labels.js';

/** A class label: a name or a number. */
export type Label = string | number;

/** A model fitted on class names, returned by {@link LabeledClassifier.fit}. */
export interface FittedOn<L extends Label> {
  /** The classes in the order of the columns of `predictProba`. */
  readonly classes_: readonly L[];
  /** Returns the most probable class of each row. */
  predict(X: Matrix): L[];
}

/**
 * Base class of classifiers that accept class names, as in scikit-learn, or class numbers, which are not copied.
 *
 * ```ts
 * const model = new LinearSVC().fit(X, ['cTEC', 'mTEC', 'cTEC']);
 * model.classes_; // ['cTEC', 'mTEC']
 * model.predict(X); // ['cTEC', 'mTEC', 'cTEC']
 *
 * new LinearSVC().fit(X, Int32Array.of(0, 1, 0), 2).predict(X); // Int32Array [0, 1, 0]
 * ```
 */
export abstract class LabeledClassifier implements Classifier {
  /** Classes in the order of the columns of {@link predictProba}; empty before `fit`. */
  classes_: readonly Label[] = [];
  /** Whether rows without a class have label -1. */
  protected readonly allowsUnlabeled: boolean = false;
  private named = false;

  /**
   * Fits the model on class numbers. `predict` then returns an Int32Array.
   *
   * @param y class of each row, 0 to classes - 1
   * @param classes number of classes
   */
  fit(X: Matrix, y: Int32Array, classes: number): this;
  /**
   * Fits the model on class names. `classes_` then has the distinct labels, sorted, and `predict` returns labels.
   *
   * @param y label of each row, all strings or all numbers
   * @throws ValueError for labels of both types
   */
  fit<L extends Label>(X: Matrix, y: readonly L[]): FittedOn<L> & this;
  fit(X: Matrix, y: Int32Array | readonly Label[], classes?: number): this {
    const named = classes === undefined;
    const classes_ = named ? sortedClasses(y, this.allowsUnlabeled) : classNumbers(classes);
    this.fitEncoded(X, named ? this.encode(y, classes_) : (y as Int32Array), classes ?? classes_.length);
    this.classes_ = classes_;
    this.named = named;
    return this;
  }

  abstract predictProba(X: Matrix): Float32Array;

  /**
   * Returns the most probable class of each row; the first class wins a tie. After a fit on an Int32Array these are numbers,
   * otherwise values of {@link classes_}. In TypeScript, the model that `fit` returns has the matching type.
   *
   * @throws NotFittedError, ShapeError, ValueError
   */
  predict(X: Matrix): Int32Array {
    const best = argmaxRows(this.predictProba(X), this.classes_.length);
    return this.named ? (Array.from(best, (label) => this.classes_[label]) as unknown as Int32Array) : best;
  }

  private encode(y: ArrayLike<Label>, classes_: readonly Label[]): Int32Array {
    if (!this.allowsUnlabeled) return encodeLabels(y, classes_);
    const codes = encodeLabels(y, [UNLABELED, ...classes_]);
    return codes.map((code) => (code === 0 ? UNLABELED : code - 1));
  }

  /** Fits the model on class numbers. */
  protected abstract fitEncoded(X: Matrix, y: Int32Array, classes: number): void;
}

/** Returns 0 … count - 1, or an empty list for an invalid count, which `fitEncoded` rejects. */
export function classNumbers(count: number): number[] {
  return Number.isInteger(count) && count > 0 ? Array.from({ length: count }, (_, label) => label) : [];
}

/**
 * Returns the distinct labels: numbers in ascending order, strings in the order of their UTF-16 codes.
 *
 * @throws ValueError for labels that are not all strings or all numbers
 */
export function sortedClasses(y: ArrayLike<Label>, allowsUnlabeled = false): Label[] {
  const distinct = new Set<Label>();
  let kind: string | undefined;
  for (let row = 0; row < y.length; row++) {
    const label = y[row];
    if (allowsUnlabeled && label === UNLABELED) continue;
    kind ??= typeof label;
    if ((kind !== 'string' && kind !== 'number') || typeof label !== kind || Number.isNaN(label)) {
      throw new ValueError(`y[${row}]`, label, 'give only strings or only numbers as labels');
    }
    distinct.add(label);
  }
  return [...distinct].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Returns the index of each label in `classes_`.
 *
 * @throws ValueError for a label that is not in `classes_`
 */
export function encodeLabels(y: ArrayLike<Label>, classes_: readonly Label[], name = 'y'): Int32Array {
  const codes = new Map(classes_.map((label, i) => [label, i]));
  return Int32Array.from({ length: y.length }, (_, row) => {
    const code = codes.get(y[row]);
    if (code === undefined) throw new ValueError(`${name}[${row}]`, y[row], 'give labels that the training rows have');
    return code;
  });
}
