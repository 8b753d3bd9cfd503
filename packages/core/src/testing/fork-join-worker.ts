/** The program of the threads of `fork-join.test.ts`. */
import { serveForkJoin } from '../node/fork-join.js';
import { tasks } from './fork-join-tasks.js';

serveForkJoin(tasks);
