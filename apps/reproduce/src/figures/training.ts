import { lineFigure } from '@geneformer-ts/viz';
import type { Figure } from './figure.js';

export interface History {
  losses: number[];
}

/** Draws the loss of every training run that has a history, as a running mean. */
export function trainingFigure(histories: ReadonlyMap<string, History>, caption: string): Figure {
  return {
    name: 'cell_training',
    svg: lineFigure({
      title: 'Loss during training',
      caption,
      x: { title: 'Share of the updates' },
      y: { title: 'Cross-entropy (nats)', log: true },
      series: [...histories].map(([name, { losses }]) => ({
        name,
        x: losses.map((_, step) => (step + 1) / losses.length),
        y: runningMean(losses, Math.max(1, Math.round(losses.length / 25))),
      })),
    }),
    reading:
      'Pretraining predicts masked genes out of the whole vocabulary and fine-tuning predicts a class, so the levels of the two losses cannot be compared.',
  };
}

export function runningMean(values: readonly number[], width: number): number[] {
  return values.map((_, end) => {
    const window = values.slice(Math.max(0, end - width + 1), end + 1);
    return window.reduce((sum, value) => sum + value, 0) / window.length;
  });
}
