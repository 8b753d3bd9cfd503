/** The declarations of all experiments; a file's `kind` selects one. */
import type { Experiment } from '../run/define.js';
import { cell } from './cell.js';
import { gene } from './gene.js';
import { geneVectorStudy } from './gene-vectors.js';
import { generalization } from './generalization.js';
import { pretraining } from './pretrain.js';

export const experiments: readonly Experiment[] = [cell, gene, geneVectorStudy, generalization, pretraining];
