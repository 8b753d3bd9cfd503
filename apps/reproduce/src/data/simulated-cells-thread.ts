/** Runs in a worker thread that writes simulated cells. */
import { serveTasks } from '@geneformer-ts/core/node';
import { writeThymus } from '@geneformer-ts/simulate';
import type { ThymusOrder } from './simulated-cells.js';

serveTasks(async ({ file, options }: ThymusOrder) => void (await writeThymus(file, options)));
