import { binColumns } from './bin-columns.js';
import { growForestTree } from './forest-tree.js';
import { gradientColumns, logisticRows } from './linear-tasks.js';
import { fitMachine } from './svm-machine.js';
import { searchBlock } from './search-block.js';
import { fillLists } from './listed-columns.js';
import { turnBins } from './row-bins.js';

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
