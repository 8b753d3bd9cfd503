import { binColumns } from './trees/bin-columns.js';
import { growForestTree } from './trees/forest-tree.js';
import { gradientColumns, logisticRows } from './linear/logistic-loss.js';
import { fitMachine } from './svm/squared-hinge.js';
import { searchBlock } from './trees/split-search.js';
import { fillLists, turnBins } from './trees/bin-layouts.js';

/**
 * What threads can be asked to do. Each task is opened once with what all its chunks have in common, and gives the function that
 * does one of them.
 */
export const tasks = {
  'bin-columns': binColumns,
  'list-columns': fillLists,
  'turn-bins': turnBins,
  'forest-tree': growForestTree,
  'search-splits': searchBlock,
  'logistic-rows': logisticRows,
  'gradient-columns': gradientColumns,
  'svm-machine': fitMachine,
} as const;

export type TaskName = keyof typeof tasks;
export type TaskShared<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[0];
export type TaskResult<Name extends TaskName> = ReturnType<ReturnType<(typeof tasks)[Name]>>;
