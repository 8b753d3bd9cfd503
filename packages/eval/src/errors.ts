import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when a class to be split or scored has no rows. */
export class EmptyClassError extends GeneformerError {
  readonly tag = 'EmptyClassError';

  constructor(
    readonly label: number,
    readonly className: string,
  ) {
    super(`labels: ${className} has no rows; remove it from the label list, or number the labels from 0 without gaps`);
  }
}

/** Thrown when a class has fewer rows than folds, so that some fold would have no test rows of it. */
export class TooFewRowsError extends GeneformerError {
  readonly tag = 'TooFewRowsError';

  constructor(
    readonly label: number,
    readonly className: string,
    readonly rows: number,
    readonly nSplits: number,
  ) {
    super(
      `labels: ${className} has ${rows} row${rows === 1 ? '' : 's'} but there are ${nSplits} folds; ` +
        `use at most ${Math.max(rows, 2)} folds, or merge or drop that class`,
    );
  }
}

/** Thrown when there are fewer groups (donors, plates, genes) than folds. */
export class TooFewGroupsError extends GeneformerError {
  readonly tag = 'TooFewGroupsError';

  constructor(
    readonly groups: number,
    readonly nSplits: number,
  ) {
    super(
      groups < 2
        ? `groups: has only ${groups} group, but a grouped split needs at least 2; split by rows instead`
        : `groups: has ${groups} groups for ${nSplits} folds; use nSplits <= ${groups}`,
    );
  }
}

/** Thrown when two arrays that describe the same rows differ in length. */
export class LengthMismatchError extends GeneformerError {
  readonly tag = 'LengthMismatchError';

  constructor(
    readonly field: string,
    readonly actual: number,
    readonly expected: number,
  ) {
    super(`${field}: has ${actual} values, expected ${expected}; give one value per row`);
  }
}

/** Thrown when a label is not a whole number in `[0, classes)`. */
export class LabelRangeError extends GeneformerError {
  readonly tag = 'LabelRangeError';

  constructor(
    readonly field: string,
    readonly row: number,
    readonly label: number,
    readonly classes: number,
  ) {
    super(`${field}[${row}]: label ${label} is outside 0 to ${classes - 1}; number the classes from 0`);
  }
}

/** Thrown when a statistic is not defined on the data, such as a ROC AUC of rows with a single class. */
export class UndefinedStatisticError extends GeneformerError {
  readonly tag = 'UndefinedStatisticError';

  constructor(
    readonly statistic: string,
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`${statistic}: ${reason}; ${remedy}`);
  }
}
