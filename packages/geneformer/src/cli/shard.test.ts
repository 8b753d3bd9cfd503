import { afterEach, describe, expect, test } from '@jest/globals';
import { shardOf } from './shard.js';

const variables = [
  'SLURM_ARRAY_TASK_ID',
  'SLURM_ARRAY_TASK_MIN',
  'SLURM_ARRAY_TASK_COUNT',
  'JOB_COMPLETION_INDEX',
  'JOB_COMPLETIONS',
];
const before = variables.map((name) => [name, process.env[name]] as const);
const set = (values: Record<string, string>): void => {
  for (const name of variables) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, values);
};
afterEach(() => set(Object.fromEntries(before.filter((entry): entry is [string, string] => entry[1] !== undefined))));

describe('a share', () => {
  test('is written as index and count', () => {
    expect(shardOf('0/8')).toEqual({ index: 0, count: 8 });
    expect(shardOf('7/8')).toEqual({ index: 7, count: 8 });
  });

  test.each(['8/8', '-1/8', '1', '1/0', 'a/b', ''])('%p is refused', (value) => {
    expect(() => shardOf(value)).toThrow(`shard: '${value}' is not a share; give 0/8 … 7/8, or 'auto' in a job array`);
  });

  test('is that of the task of a Slurm array, which may start at any number', () => {
    set({ SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '4' });
    expect(shardOf('auto')).toEqual({ index: 2, count: 4 });
  });

  test('is the completion index of a Kubernetes job', () => {
    set({ JOB_COMPLETION_INDEX: '5', JOB_COMPLETIONS: '6' });
    expect(shardOf('auto')).toEqual({ index: 5, count: 6 });
  });

  test('is not found outside a job array', () => {
    set({});
    expect(() => shardOf('auto')).toThrow("shard: 'auto': neither SLURM_ARRAY_TASK_COUNT nor JOB_COMPLETIONS is set");
  });
});
