import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when a class that should be split or scored has no rows. */
export class EmptyClassError extends GeneformerError {
  readonly tag = 'EmptyClassError';

  constructor(
    readonly label: number,
    readonly className: string,
  ) {
    super(`labels: ${className} has no rows; remove it from the label list, or number the labels without a gap from 0`);
  }
}

/** Thrown when a class has fewer rows than there are folds, so that some fold could not test it. */
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
        ? `groups: there is only ${groups} group, and a grouped split needs at least 2; split by rows instead`
        : `groups: ${nSplits} folds were asked for but there are only ${groups} groups; use nSplits <= ${groups}`,
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
    super(`${field}: ${actual} values where ${expected} are needed; give one for every row`);
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

/** Thrown when a statistic has no value on the data given, such as an ROC AUC of rows that are all of one class. */
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
