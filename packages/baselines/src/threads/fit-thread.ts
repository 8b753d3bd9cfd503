/** Entry point of a worker thread. */
import { serveForkJoin } from '@geneformer-ts/core/node';
import { tasks } from './fit-threads.js';

serveForkJoin(tasks);
