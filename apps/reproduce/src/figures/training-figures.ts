import { lineFigure } from '@geneformer-ts/viz';
import type { Losses } from '../results/losses.js';
import type { Figure, History } from './page.js';

/** Draws the loss of every training run that has a history, as a running mean. */
export function trainingFigure(histories: ReadonlyMap<string, History>, name: string, caption: string): Figure {
  return {
    name,
    svg: lineFigure({
      title: 'Loss during training',
      caption,
      x: { title: 'Share of the updates' },
      y: { title: 'Cross-entropy (nats)', log: true },
      series: [...histories].map(([run, { losses }]) => ({
        name: run,
        x: losses.map((_, step) => (step + 1) / losses.length),
        y: runningMean(losses, Math.max(1, Math.round(losses.length / 25))),
      })),
    }),
    reading:
      'Pretraining and training with labels minimize different losses, so the levels of the two cannot be compared.',
  };
}

function runningMean(values: readonly number[], width: number): number[] {
  return values.map((_, end) => {
    const window = values.slice(Math.max(0, end - width + 1), end + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}

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
