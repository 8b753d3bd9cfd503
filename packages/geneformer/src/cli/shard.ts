import { ArgumentError } from '@geneformer-ts/core';
import { readVariable } from '@geneformer-ts/core/node';

/** The share of a process. */
export interface Shard {
  index: number;
  count: number;
}

const REMEDY = "give 0/8 … 7/8, or 'auto' in a job array";

/**
 * Reads the share of a process: `0/8` is the first of eight. `auto` takes it from the task of a Slurm array, or from the completion index
 * of a Kubernetes job, whose number of completions the variable `JOB_COMPLETIONS` tells.
 *
 * @throws ArgumentError for a share that is not one, or without a job array
 */
export function shardOf(value: string): Shard {
  const shard = value === 'auto' ? ofScheduler() : ofText(value);
  if (shard.count >= 1 && shard.index >= 0 && shard.index < shard.count) return shard;
  throw new ArgumentError('shard', `'${value}' is not a share`, REMEDY);
}

function ofText(value: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(value) ?? [];
  return { index: Number(index ?? NaN), count: Number(count ?? NaN) };
}

function ofScheduler(): Shard {
  const number = (name: string): number => Number(readVariable(name) ?? NaN);
  const count = number('SLURM_ARRAY_TASK_COUNT');
  const first = readVariable('SLURM_ARRAY_TASK_MIN') === undefined ? 0 : number('SLURM_ARRAY_TASK_MIN');
  if (count >= 1) return { index: number('SLURM_ARRAY_TASK_ID') - first, count };
  const completions = number('JOB_COMPLETIONS');
  if (completions >= 1) return { index: number('JOB_COMPLETION_INDEX'), count: completions };
  const problem = 'neither SLURM_ARRAY_TASK_COUNT nor JOB_COMPLETIONS is set';
  throw new ArgumentError('shard', `'auto': ${problem}`, REMEDY);
}
