import { listSome } from '@geneformer-ts/core';
import { type PageSection, rankedEffectsFigure, sectionsPage, volcanoFigure } from '@geneformer-ts/viz';
import type { GeneEffect } from './gene-effects.js';

/** Content of the page of a run. */
export interface EffectsPage {
  /** Largest first. */
  effects: readonly GeneEffect[];
  /** Number of perturbed cells. */
  cells: number;
  /** Name of the tested effect. */
  tested: string;
  /** Facts about the run, by name. */
  facts: Readonly<Record<string, string>>;
  /** Whether cells of a donor were treated as independent. */
  cellsAsReplicates: boolean;
}

/** An adjusted p-value below this is drawn as significant. */
export const SIGNIFICANT = 0.05;
const MOST_ROWS = 25;

/** Least share of the cells, and least number of cells, of a gene that rankings show. */
const LEAST_SHARE = 0.1;
const LEAST_CELLS = 3;

/** Returns the effects that rankings show: the mean of a few cells is large by chance. If every gene is rare, all that some cell contains. */
export function commonEffects(effects: readonly GeneEffect[], cells: number): readonly GeneEffect[] {
  const common = effects.filter((row) => row.cells >= Math.max(LEAST_CELLS, LEAST_SHARE * cells));
  return common.length > 0 ? common : effects.filter((row) => row.cells > 0);
}

/** Returns the figures of a run by name, and a page with them. */
export function effectsPage({ effects: all, cells, tested, facts, cellsAsReplicates }: EffectsPage): {
  page: string;
  figures: Map<string, string>;
} {
  const effects = all.filter((row) => row.cells > 0);
  const absent = all.filter((row) => row.cells === 0).map(({ name }) => name);
  const axis = tested === 'shift' ? '1 − cosine' : `change of the cosine ${tested}`;
  const captions = {
    volcano: `One point per gene. p: Wilcoxon test on ${cellsAsReplicates ? 'cells' : 'the means of donors'}, each minus the mean of similar genes. In color: below ${SIGNIFICANT} after adjustment by Benjamini and Hochberg.`,
    ranked: 'Gray bars: mean ± 2 standard deviations of genes that are similar in rank and detection.',
  };
  const figures = new Map<string, string>();
  const common = commonEffects(effects, cells);
  const isTested = effects.some(({ pValue }) => Number.isFinite(pValue));
  if (isTested) {
    figures.set(
      'volcano',
      volcanoFigure({
        title: 'Effect and agreement',
        caption: captions.volcano,
        names: effects.map(({ name }) => name),
        effects: effects.map(({ effect }) => effect),
        pValues: effects.map(({ pValue }) => pValue),
        significant: effects.map(({ fdr }) => fdr < SIGNIFICANT),
        axis,
      }),
    );
  }
  if (common.length > 0) {
    figures.set(
      'ranked',
      rankedEffectsFigure({
        title: 'Largest effects',
        caption: captions.ranked,
        axis,
        effects: common.slice(0, MOST_ROWS).map(({ fdr, ...row }) => ({
          name: row.name,
          effect: row.effect,
          nullMean: row.nullMean,
          nullSd: row.nullSd,
          significant: fdr < SIGNIFICANT,
        })),
      }),
    );
  }
  const sections: PageSection[] = [
    { heading: 'Run', facts, text: [...remarks(isTested, cellsAsReplicates), ...inNoCell(absent)] },
    {
      heading: 'Effects',
      figures: [...figures].map(([name, svg]) => ({ name, svg, caption: captions[name as keyof typeof captions] })),
      tables: [tableOf(common)],
    },
  ];
  return { page: sectionsPage({ title: 'In silico perturbation', subtitle: 'Geneformer', sections }), figures };
}

function remarks(isTested: boolean, cellsAsReplicates: boolean): string[] {
  const scope = 'These are properties of a model, not of cells: they suggest experiments and replace none.';
  if (!isTested) return [scope, 'Nothing was tested: a test needs several donors.'];
  return cellsAsReplicates
    ? [scope, 'Cells of one donor were treated as independent, which they are not. The p-values are too small.']
    : [scope];
}

/** Says which genes or groups that were asked for were not measured. */
export function inNoCell(names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`In none of the cells, so that nothing was measured: ${listSome(names)}.`];
}

function tableOf(effects: readonly GeneEffect[]) {
  return {
    title: `The ${Math.min(MOST_ROWS, effects.length)} largest effects of genes in at least a tenth of the cells; genes.csv has all`,
    columns: [
      'gene',
      'effect',
      'cells',
      'cells without',
      'donors',
      'mean rank',
      'z',
      'rank p',
      'p',
      'adjusted p',
      'impact',
    ],
    rows: effects
      .slice(0, MOST_ROWS)
      .map((row) => [
        row.name,
        precise(row.effect),
        ...[row.cells, row.absent, row.donors].map((value) => value.toLocaleString('en-US')),
        precise(row.meanRank),
        ...[row.z, row.nullP, row.pValue, row.fdr, row.impact].map(precise),
      ]),
  };
}

/** Three digits; a dash for a value that is not defined. */
export function precise(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value) >= 1e-3 || value === 0 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
  return text.replace('-', '−');
}
