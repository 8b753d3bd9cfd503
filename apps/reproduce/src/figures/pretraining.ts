import { lineFigure } from '@geneformer-ts/viz';
import type { Losses } from '../results/losses.js';
import type { Figure } from './figure.js';
import { runningMean, type History } from './training.js';

/** Draws the loss of every update, and the losses on held-out cells as horizontal lines. */
export function pretrainingFigure({ losses: updates }: History, { predictors }: Losses, caption: string): Figure {
  return {
    name: 'pretraining_loss',
    svg: lineFigure({
      title: 'Masked-gene loss during pretraining',
      caption,
      x: { title: 'Updates' },
      y: { title: 'Cross-entropy (nats per masked gene)' },
      series: [
        {
          name: 'Training cells',
          x: updates.map((_, step) => step + 1),
          y: runningMean(updates, Math.max(1, Math.round(updates.length / 100))),
        },
      ],
      references: predictors.map(({ name, loss }) => ({ name: `${name}, held out`, value: loss })),
    }),
    reading:
      'The curve is a running mean over the training cells; the horizontal lines are losses on cells of held-out profiles. A model that has only learned the frequencies of genes stays at the frequency line.',
  };
}
