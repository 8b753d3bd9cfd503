import type { OptionNames } from '@geneformer-ts/core';
import type { CallOptions } from '../call-options.js';
import { type CountOptions, countOptionNames } from '../cells/count-options.js';

/** Options of `Geneformer.finetune`. */
export interface FinetuneOptions extends CallOptions, CountOptions {
  /** The obs column with the labels. Cells without one are left out. */
  labels: string;
  /** An obs column, such as the donor. Cells of one group are never both in training and in the test. */
  groupBy?: string;
  /**
   * Layers of the encoder, from the bottom, that stay as they are. Default `all`: only a new head is trained, which takes
   * seconds once the cells are embedded. With a number, the layers above are trained after the head.
   */
  freezeLayers?: number | 'all';
  /** Maximum number of passes over the training cells after the head is trained; default 10. Training stops early. */
  epochs?: number;
  /** Peak learning rate of the layers that are trained after the head. Default 5e-5 as published, and more for narrow models. */
  learningRate?: number;
  /** Minimum number of cells of a label; rarer labels are left out. Default 10. */
  minCells?: number;
  /** Share of the cells of known types that may become unknown; default 0.05. */
  unknownShare?: number;
  /** Determines which cells are held out, and everything random in training. Default 0. */
  seed?: number;
}

export const finetuneOptionNames: OptionNames<FinetuneOptions> = {
  labels: true,
  groupBy: true,
  freezeLayers: true,
  epochs: true,
  learningRate: true,
  minCells: true,
  unknownShare: true,
  seed: true,
  ...countOptionNames,
};
