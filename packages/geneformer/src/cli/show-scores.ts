import type { ClassifierScores } from '../classifier/scores.js';
import type { TrainingReport } from '../classifier/train-classifier.js';
import { count, decimal, percent, table, wrapped } from './text.js';

/** What `geneformer train` reports. */
export interface TrainingOutcome extends TrainingReport {
  out: string;
  model: string;
  /** Score below which a cell is unknown. */
  threshold: number;
  logisticRegression?: ClassifierScores & { trainingCells: number; seconds: number };
}

/** Most classes whose confusion matrix fits 80 columns. */
const MOST_CLASSES = 12;
/** A difference in accuracy below this many standard errors is not called a difference. */
const STANDARD_ERRORS = 2;

/** Shows the scores of a classifier beside those of logistic regression, the confusion matrix and a verdict. */
export function scoresText(outcome: TrainingOutcome): string {
  const { cells, scores, logisticRegression: baseline, groupBy, classes, unknown, threshold } = outcome;
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
  parts.push(
    `  ${percent(unknown.share)} of these cells are unknown (score below ${decimal(threshold, 2)}); accuracy of the others ${decimal(unknown.accuracyOfOthers)}`,
  );
  if (baseline) parts.push(`  ${wrapped(verdict(scores, baseline), 76, '  ')}`);
  return parts.join('\n\n');
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
