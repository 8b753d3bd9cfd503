import { type Matrix, ValueError } from '@geneformer-ts/core';
import { argmaxRows, type Classifier } from './classifier.js';
import { UNLABELED } from './labels.js';

/** A class as the caller names it. */
export type Label = string | number;

/** A model that was fitted on named classes, as {@link LabeledClassifier.fit} returns it. */
export interface FittedOn<L extends Label> {
  /** The classes in the order of the columns of `predictProba`. */
  readonly classes_: readonly L[];
  /** Returns the most probable class of each row. */
  predict(X: Matrix): L[];
}

/**
 * Fits on class names as scikit-learn does, or on class numbers without a copy of the labels.
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
  /** Whether -1 marks a row without a class. */
  protected readonly allowsUnlabeled: boolean = false;
  private named = false;

  /** @param y class of each row, 0 to classes - 1; `predict` then returns numbers in an Int32Array */
  fit(X: Matrix, y: Int32Array, classes: number): this;
  /**
   * @param y name or number of the class of each row; `classes_` of the returned model has each once, sorted, and its `predict` returns
   * such values
   * @throws ValueError when labels are not all strings or all numbers
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
   * Returns the most probable class of each row, the first of equals: numbers after a fit on an Int32Array, else values of
   * {@link classes_} (TypeScript knows them as the type of the model that `fit` returned).
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

  /** Fits on class numbers. */
  protected abstract fitEncoded(X: Matrix, y: Int32Array, classes: number): void;
}

/** Returns 0 … count - 1; nothing when the count is impossible, which `fitEncoded` refuses. */
export function classNumbers(count: number): number[] {
  return Number.isInteger(count) && count > 0 ? Array.from({ length: count }, (_, label) => label) : [];
}

/** Returns each label once, numbers by size and strings by their UTF-16 codes. */
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

/** Returns the position of each label in `classes_`. */
export function encodeLabels(y: ArrayLike<Label>, classes_: readonly Label[], name = 'y'): Int32Array {
  const position = new Map(classes_.map((label, i) => [label, i]));
  return Int32Array.from({ length: y.length }, (_, row) => {
    const code = position.get(y[row]);
    if (code === undefined) throw new ValueError(`${name}[${row}]`, y[row], 'give labels that the training rows have');
    return code;
  });
}
