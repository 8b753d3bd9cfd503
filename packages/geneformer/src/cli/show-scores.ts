import { listSome } from '@geneformer-ts/core';
import type { Calibration } from '../classifier/calibrate.js';
import type { ClassifierScores } from '../classifier/scores.js';
import type { TrainingReport } from '../classifier/train-classifier.js';
import { count, decimal, percent, table, wrapped } from './text.js';

/** What `geneformer train` reports. */
export interface TrainingOutcome extends TrainingReport {
  out: string;
  model: string;
  /** Width of the model. */
  dimensions: number;
  /** Score below which a cell is unknown. */
  threshold: number;
  calibration: Calibration;
  logisticRegression?: ClassifierScores & { trainingCells: number; seconds: number };
}

/** F1 of a label with fewer held-out cells changes by more than 0.1 with one cell. */
const FEW_CELLS = 10;
/** Most classes whose confusion matrix fits 80 columns. */
const MOST_CLASSES = 12;
/** A difference in accuracy below this many standard errors is not called a difference. */
const STANDARD_ERRORS = 2;

/** Returns the scores of a classifier beside those of logistic regression, the confusion matrix and a verdict, as blocks of lines. */
export function scoresText(outcome: TrainingOutcome): string[] {
  const { cells, scores, logisticRegression: baseline, groupBy, classes } = outcome;
  const held = `${count(cells.test)} held-out cells${groupBy === undefined ? '' : `, of held-out ${groupBy}`}`;
  const methods: [string, ClassifierScores][] = [[`Geneformer (${outcome.model})`, scores]];
  if (baseline) methods.push(['Logistic regression', baseline]);
  const summary = table(
    [held, 'accuracy', 'macro F1'],
    methods.map(([name, { accuracy, macroF1 }]) => [name, decimal(accuracy), decimal(macroF1)]),
  );
  const perClass = table(
    ['F1 per label', 'cells', 'Geneformer', ...(baseline ? ['logistic'] : [])],
    classes.map((name, code) => [
      shortened(name, 36),
      count(scores.confusion[code].reduce((a, b) => a + b, 0)),
      decimal(scores.f1[code]),
      ...(baseline ? [decimal(baseline.f1[code])] : []),
    ]),
  );
  const parts = [summary, perClass];
  if (classes.length <= MOST_CLASSES) parts.push(confusionText(classes, scores.confusion));
  const remarks = [unknownText(outcome), rareText(outcome), baseline && verdict(scores, baseline)];
  for (const remark of remarks) if (remark) parts.push(`  ${wrapped(remark, 76, '  ')}`);
  return parts;
}

/** Says how many of the held-out cells are unknown, and why they are more than the share that was asked for. */
function unknownText({ unknown, threshold, scores, calibration }: TrainingOutcome): string {
  const { share, accuracyOfOthers, right, wrong } = unknown;
  const groups = `${count(right.unknown)} of ${count(right.cells)} right ones and ${count(wrong.unknown)} of ${count(wrong.cells)} wrong ones`;
  return (
    `${count(share * scores.cells)} of these cells (${percent(share)}) score below ${decimal(threshold, 2)} and are unknown: ${groups}. ` +
    `The accuracy of the others is ${decimal(accuracyOfOthers)}. The threshold is set so that ${percent(calibration.unknownShare)} of the ` +
    'right labels of the validation cells become unknown.'
  );
}

/** Names the labels whose F1 rests on few held-out cells. */
function rareText({ classes, scores }: TrainingOutcome): string | undefined {
  const cellsOf = scores.confusion.map((row) => row.reduce((a, b) => a + b, 0));
  const rare = classes.flatMap((name, code) => (cellsOf[code] < FEW_CELLS ? [`${name} (${cellsOf[code]})`] : []));
  if (rare.length === 0) return undefined;
  return `F1 is uncertain for labels with fewer than ${FEW_CELLS} held-out cells: ${listSome(rare)}.`;
}

function confusionText(classes: readonly string[], confusion: readonly (readonly number[])[]): string {
  const letters = classes.map((_, code) => String.fromCharCode(97 + code));
  const rows = classes.map((name, code) => [`${letters[code]} ${shortened(name, 22)}`, ...confusion[code].map(String)]);
  return table(['label / predicted', ...letters], rows);
}

function shortened(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

/** Says which of the two to use. */
function verdict(ours: ClassifierScores, baseline: ClassifierScores): string {
  const difference = ours.accuracy - baseline.accuracy;
  const error = Math.sqrt(
    (ours.accuracy * (1 - ours.accuracy) + baseline.accuracy * (1 - baseline.accuracy)) / ours.cells,
  );
  if (Math.abs(difference) <= STANDARD_ERRORS * error) {
    return 'Both are about as accurate on these cells; logistic regression is simpler.';
  }
  return difference > 0
    ? 'The transformer is more accurate on these cells.'
    : 'Logistic regression is more accurate on these cells; prefer it for data like these, or train more layers with --freeze.';
}
