import { selectRows } from '@geneformer-ts/baselines';
import type { Predictions } from '../results/predictions.js';
import type { GeneBaselineParams } from '../stages/gene.params.js';
import { geneFeatures, type GeneMatrices } from './features.js';
import { shownGenes } from './gene-folds.js';
import { isSemiSupervised, learn } from './learn.js';
import { assertUnseen, type GeneSplit, groupName, partitionCells, partitionGenes } from './study-genes.js';

/** Predicts the test genes of one fold with a classical classifier, trained on the given share of the other genes' labels. */
export async function baselineFold(
  params: GeneBaselineParams,
  split: GeneSplit,
  matrices: GeneMatrices,
  fold: number,
  share: number,
): Promise<Predictions> {
  const { train, test } = partitionGenes(split, fold);
  // Only models that read cells use the held-out cells; a gene's features always come from the training cells.
  const features = geneFeatures(matrices, params.features, partitionCells(split, fold).train);
  const shown = new Set(shownGenes(split, train, share, `labels ${params.randomState} ${fold}`));
  const unlabeled = split.unlabeled.ids.map((_, gene) => split.ids.length + gene);
  const learned = isSemiSupervised(params) ? [...train, ...unlabeled] : train;

  const nameOf = (gene: number): string => split.ids[gene] ?? split.unlabeled.ids[gene - split.ids.length];
  const groupOf = (gene: number): string => (gene < split.ids.length ? groupName(split, gene) : nameOf(gene));
  assertUnseen(learned.map(nameOf), test.map(nameOf), `fold ${fold + 1}`);
  assertUnseen(learned.map(groupOf), test.map(groupOf), `fold ${fold + 1}`, 'groups of genes');
  const predict = await learn(params, {
    features: selectRows(features, Int32Array.from(learned)),
    labels: Int32Array.from(learned, (gene) => (shown.has(gene) ? split.labels[gene] : -1)),
    groups: split.groups && learned.map(groupOf),
    classes: split.classes.length,
  });
  return {
    classes: split.classes,
    cellIds: test.map(nameOf),
    groups: test.map(groupOf),
    folds: new Int32Array(test.length).fill(fold),
    truth: Int32Array.from(test, (gene) => split.labels[gene]),
    probabilities: Float64Array.from(predict(selectRows(features, Int32Array.from(test)))),
  };
}
