import type { CommandSpec } from '../command.js';
import { annotate } from './annotate.js';
import { embed } from './embed.js';
import { evaluate } from './evaluate.js';
import { explore } from './explore.js';
import { fetchModel } from './fetch.js';
import { genes } from './genes.js';
import { inspect } from './inspect.js';
import { map } from './map.js';
import { merge } from './merge.js';
import { models } from './models.js';
import { perturb } from './perturb.js';
import { pretrain } from './pretrain.js';
import { report } from './report.js';
import { tokenize } from './tokenize.js';
import { train } from './train.js';
import { umap } from './umap.js';

/** All commands, in the order of the help. */
export const commands: readonly CommandSpec[] = [
  inspect,
  explore,
  models,
  fetchModel,
  tokenize,
  embed,
  train,
  annotate,
  map,
  umap,
  genes,
  perturb,
  merge,
  evaluate,
  pretrain,
  report,
];
