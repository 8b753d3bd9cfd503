import { listSome } from '@geneformer-ts/core';
import { AnnData } from '@geneformer-ts/io/anndata';
import { readableCounts } from '../../cells/tokenized-cells.js';
import type { CellClassifier } from '../../classifier/cell-classifier.js';
import { logisticBaseline } from '../../classifier/logistic-baseline.js';
import { type ClassifierScores, scoresOf } from '../../classifier/scores.js';
import type { ClassifierParts } from '../../classifier/train-classifier.js';
import { Geneformer } from '../../geneformer.js';
import { duration } from '../../progress/progress-line.js';
import { type CommandSpec, numberOf, type Options, textOf } from '../command.js';
import {
  countOptions,
  countsOf,
  DEFAULT_MODEL,
  modelOption,
  openingOf,
  positive,
  share,
  vectorBytes,
  wholeNumber,
} from '../option-values.js';
import { checkOutput } from '../output-file.js';
import { scoresText, type TrainingOutcome } from '../show-scores.js';
import { count, page, quotedPath } from '../text.js';

export const train: CommandSpec = {
  name: 'train',
  args: '<file>',
  summary: 'Train a classifier of cells, and measure it and logistic regression on held-out cells.',
  examples: ['train cells.h5ad --label cell_type --group donor_id -o classifier'],
  options: [
    { flags: '-l, --label <column>', text: 'obs column with the labels', required: true },
    { flags: '-g, --group <column>', text: 'obs column, such as the donor, to hold out whole groups of' },
    { flags: '-o, --out <folder>', text: 'folder to write', required: true },
    modelOption,
    {
      flags: '--freeze <layers>',
      text: 'layers that stay as they are: all (default, only a head is trained) or a number; the others are trained after the head',
      read: (value) => (value === 'all' ? value : wholeNumber()(value)),
    },
    {
      flags: '--epochs <number>',
      text: 'most passes over the cells with --freeze NUMBER (default: 10)',
      read: positive,
    },
    { flags: '--learning-rate <number>', text: 'peak learning rate with --freeze NUMBER', read: positive },
    { flags: '--min-cells <number>', text: 'leave out rarer labels (default: 10)', read: wholeNumber(5) },
    {
      flags: '--unknown <share>',
      text: 'share of the right labels of validation cells that becomes unknown (default: 0.05); of wrong ones more do',
      read: share,
    },
    { flags: '--seed <number>', text: 'seed of the split and of training (default: 0)', read: wholeNumber() },
    { flags: '--no-baseline', text: 'do not fit logistic regression' },
    ...countOptions,
  ],
  // The vectors, in single precision and standardized.
  estimate: { least: 96, bytesPerCell: (json) => 2 * vectorBytes(json) },
  async run({ onProgress, signal, note }, [file], options) {
    const out = textOf(options, 'out') as string;
    await checkOutput(out, 'folder', file);
    await using cells = await AnnData.open(file, openingOf(options));
    cells.obs.get(textOf(options, 'label') as string);
    await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, {
      onProgress,
      signal,
    });
    const classifier = await model.finetune(cells, {
      ...trainingOf(options),
      ...countsOf(options),
      onProgress,
      signal,
    });
    const { report } = classifier;
    const rare = Object.entries(report.leftOut).map(([label, cells]) => `${label} (${count(cells)})`);
    if (rare.length > 0) {
      note(`note: left out, because they have too few cells (see --min-cells): ${listSome(rare)}`);
    }
    const baseline = options['baseline'] === false ? undefined : await baselineOf(classifier, cells, options, signal);
    await classifier.save(out);
    const outcome: TrainingOutcome = {
      out,
      model: model.name,
      dimensions: model.config.hidden_size,
      ...report,
      threshold: classifier.calibration.threshold,
      calibration: classifier.calibration,
      ...(baseline && { logisticRegression: baseline }),
    };
    classifier.dispose();
    const times = `trained in ${duration(report.seconds)}${baseline ? `, logistic regression in ${duration(baseline.seconds)}` : ''}`;
    const next = [
      { command: `annotate OTHER.h5ad --model ${quotedPath(out)} -o annotated.h5ad` },
      { command: `report ${quotedPath(out)} -o classifier.html` },
    ];
    return { json: outcome, text: page(out, ...scoresText(outcome), `  ${times}`), next };
  },
};

function trainingOf(options: Options): Parameters<Geneformer['finetune']>[1] {
  const freeze = options['freeze'] as number | 'all' | undefined;
  const group = textOf(options, 'group');
  const numbers = {
    epochs: numberOf(options, 'epochs'),
    learningRate: numberOf(options, 'learningRate'),
    minCells: numberOf(options, 'minCells'),
    unknownShare: numberOf(options, 'unknown'),
    seed: numberOf(options, 'seed'),
  };
  return {
    labels: textOf(options, 'label') as string,
    ...(group !== undefined && { groupBy: group }),
    ...(freeze !== undefined && { freezeLayers: freeze }),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}

/** Fits the baseline on the cells that the transformer had for training and validation, and scores it on the same test cells. */
async function baselineOf(
  { parts, labels }: CellClassifier,
  cells: AnnData,
  options: Options,
  signal: AbortSignal,
): Promise<ClassifierScores & { trainingCells: number; seconds: number }> {
  const { train, validation, test, codeOf } = parts as ClassifierParts;
  const rows = Int32Array.from([...train, ...validation]);
  const codesOf = (part: Int32Array): Int32Array => part.map((row) => codeOf[row]);
  const { matrix } = await readableCounts(cells, countsOf(options));
  const seed = numberOf(options, 'seed') ?? 0;
  const fitted = await logisticBaseline(matrix, { rows, codes: codesOf(rows) }, test, labels.length, { seed, signal });
  const { predicted, trainingCells, seconds } = fitted;
  return { ...scoresOf(codesOf(test), predicted, labels.length), trainingCells, seconds };
}
