/** The program of the threads of `worker-pool.test.ts`. */
import { serveTasks } from '../node/worker-pool.js';

let sum = 0;

serveTasks((task: number | 'sum' | 'throw' | 'exit', { factor }: { factor: number }) => {
  if (task === 'sum') return sum;
  if (task === 'throw') throw new RangeError('no square');
  if (task === 'exit') process.exit(3);
  sum += factor * task * task;
  return Float64Array.of(factor * task * task);
});
