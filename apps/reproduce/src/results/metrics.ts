import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import type { PublishedFigure } from '../stages/cell.params.js';
import { computeSettings } from '../run/compute.js';
import type { FactsOf } from '../run/define.js';
import type dataStage from '../stages/data.js';
import type { Comparison } from './comparisons.js';
import type { Estimate, Metric } from './measure.js';
import type { OccurrenceMetrics } from './occurrences.js';
import type { RunFacts } from './series.js';

/** `metrics.json`: the measured scores, the data set, the protocol, and the numbers that the published study reports. */

/**
 * The scores of one model per cell or per gene. A gene has one prediction, the mean over the cells that rank it. `chosen` are the settings
 * that each fold chose within its training cells, where the classifier was tuned.
 */
export interface ModelMetrics
  extends Record<Metric, Estimate>, Pick<RunFacts, 'label' | 'family' | 'init' | 'learning' | 'chosen'> {
  name: string;
  perClassRecall: Record<string, number>;
  /** Rows are true classes, columns are predicted classes. */
  confusion: number[][];
  folds: Record<Metric, number>[];
  /** Only for genes: scores with only a share of the training labels, in ascending order; the last share is 1. */
  coverage?: { share: number; macroF1: Estimate; rocAuc: Estimate }[];
  /** Only for models that predict a gene in every cell that ranks it. */
  occurrence?: OccurrenceMetrics;
  seconds: { train: number; predict: number };
}

export interface Metrics {
  schema: 1;
  experiment: string;
  profile: string;
  dataset: {
    id: string;
    source: string;
    synthetic: boolean;
    cells: number;
    genes: number;
    classes: Record<string, number>;
    /** Only for genes: the number that was listed per class, and of genes without a class. */
    listed?: Record<string, number>;
    unlabeled?: number;
    groups: number;
    sha256: string;
  };
  /** `groupBy` describes the groups of cells or genes that are kept in one fold; `cells` is only for genes. */
  protocol: {
    folds: number;
    groupBy: string | null;
    seed: number;
    unit: string;
    cells?: 'shared' | 'held-out';
  };
  models: ModelMetrics[];
  /** Comparisons of the first model with each of the others. */
  comparisons: Comparison[];
  /** Only for genes: models that were skipped because their checkpoint was not found. */
  absent?: { label: string; checkpoint: string }[];
  published: PublishedFigure[];
  environment: Environment;
}

/** What a split says about the cells or genes of the comparison. */
interface Counted extends Pick<Metrics['dataset'], 'cells' | 'classes' | 'groups' | 'listed' | 'unlabeled'> {
  /** The number of groups of genes that are kept in one fold; null without groups. */
  geneGroups?: number | null;
}

/** Describes the cells or genes of the comparison. */
export function describeDataset(
  { id, source, synthetic, genes, sha256 }: FactsOf<typeof dataStage>,
  { cells, classes, listed, unlabeled, groups, geneGroups }: Counted,
): Metrics['dataset'] {
  return {
    ...{ id, source, synthetic, cells, genes, classes },
    ...(listed && { listed }),
    ...(unlabeled !== undefined && { unlabeled }),
    groups: geneGroups ?? groups,
    sha256,
  };
}

/** The machine and the code that gave a result. */
export interface Environment {
  node: string;
  backend: string;
  device: string;
  cpu: string;
  threads: number;
  commit: string;
}

/** Returns the properties of the machine and the code that may matter for repeating a result. */
export function describeEnvironment(): Environment {
  const { backend, device } = computeSettings();
  return {
    node: process.version,
    backend,
    device: device ?? 'cpu',
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    commit: commit(),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown'; // not a git checkout
  }
}
