/** The program of a thread of a fit. */
import { serveForkJoin } from '@geneformer-ts/core/node';
import { tasks } from './fit-threads.js';

serveForkJoin(tasks);
