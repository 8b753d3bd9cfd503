import type { Progress } from '@geneformer-ts/core';
import { writeFileAtomic } from '@geneformer-ts/core/node';
import { existsSync, join, readdir } from '@geneformer-ts/core/system';
import type { AnnData } from '@geneformer-ts/io';
import {
  openRun,
  perturbCells,
  type RunOutcome,
  type RunSpec,
  type ScreenAgreement,
  screenAgreement,
} from '@geneformer-ts/perturb';
import type { CountsReport, TokenizedCells } from '../cells/tokenized-cells.js';
import { effectsPage } from './effects-page.js';
import { effectsCsv, type GeneEffect, geneEffects, testedEffect } from './gene-effects.js';
import type { PerturbOptions } from './perturb-options.js';
import type { LoadedModel } from '../pretrained/loaded-model.js';
import { weightsDigest } from '../pretrained/weights-digest.js';
import { partTokensOf } from '../shards/part-rows.js';
import { selectedCells } from './selected-cells.js';
import { cellGenes, nullTargets, type Target, targetsOf } from './target-genes.js';

/** What `Geneformer.perturb` did. */
export interface CellPerturbation extends Pick<RunOutcome, 'parts' | 'found' | 'partCount' | 'sequences' | 'tokens'> {
  /** Number of perturbed cells. */
  cells: number;
  /** Donors of these cells; undefined without a column of donors. */
  donors?: number;
  /** Name of the tested effect: `shift`, or `toward` the goal. */
  tested: string;
  /** Effects of genes and groups, the largest first; undefined as long as parts of other shards are missing. */
  effects?: GeneEffect[];
  /** How the ranks of a screen agree with exact deletions; with `effects` of a screen. */
  agreement?: ScreenAgreement;
  report: CountsReport;
}

/** Random directions of a screen. */
const SCREEN_DIRECTIONS = 32;

/** What a run computes, and the names of its targets. */
export interface PreparedRun {
  spec: RunSpec;
  targets?: Target[];
}

/** Returns what a run computes: cells, genes and random genes for comparison. */
export async function prepareRun(
  { folder, model, vocabulary }: LoadedModel,
  cells: AnnData,
  { store, rows }: TokenizedCells,
  options: PerturbOptions,
): Promise<PreparedRun> {
  const { genes = options.groups ? [] : 'all', groups = {}, kind = 'delete', quartiles, presentOnly } = options;
  const { select, labels, states, donors } = selectedCells(cells, rows, options);
  const { clsId, eosId, padId, maskId } = vocabulary;
  const specialIds = [padId, maskId, clsId, eosId].filter((id) => id !== null);
  const asked = genes === 'all' ? undefined : targetsOf(genes, groups, vocabulary);
  const random =
    asked && nullTargets(asked, cellGenes(sequencesOf(store, select), specialIds), options.nullGenes ?? 50);
  const targets = asked && [...asked, ...(random ?? [])];
  const screen = options.screen === true;
  const probabilities = options.probabilities ?? (model.labels !== undefined && !screen);
  const spec: RunSpec = {
    cells: store,
    select,
    targets: targets?.map((target) => target.genes) ?? 'all',
    perturbation: { kind, ...(quartiles && { quartiles }), ...(presentOnly !== undefined && { presentOnly }) },
    rules: {
      specialIds,
      maxLength: Math.min(model.config.max_position_embeddings, vocabulary.version === 'V2' ? 4096 : 2048),
      medians: vocabulary.median,
    },
    ...(options.hiddenState !== undefined && { layer: options.hiddenState }),
    ...(options.pooling && { pooling: options.pooling }),
    probabilities,
    ...(labels && states.length > 0 && { states: { names: states, labels } }),
    ...(donors && { donors }),
    modelDigest: await weightsDigest(folder),
    ...(screen && { screen: { directions: SCREEN_DIRECTIONS } }),
    partTokens: partTokensOf(model.config),
  };
  return { spec, ...(targets && { targets }) };
}

/**
 * Computes a share of a run into a folder. As soon as all parts are there, it also writes `genes.csv`, `report.html` and the figures.
 *
 * @throws the errors of `perturbCells` and of selecting cells and genes
 */
export async function perturbFile(
  own: LoadedModel,
  cells: AnnData,
  tokens: TokenizedCells,
  out: string,
  options: PerturbOptions,
  calls: { onProgress: Progress; signal?: AbortSignal },
): Promise<CellPerturbation> {
  const { spec, targets } = await prepareRun(own, cells, tokens, options);
  const { shard } = options;
  const outcome = await perturbCells(own.model, spec, out, { ...calls, ...(shard && { shard }) });
  const donors = spec.donors && new Set(Array.from(spec.select ?? [], (cell) => spec.donors?.[cell])).size;
  const tested = testedEffect(options);
  const { parts, found, partCount, sequences, tokens: total } = outcome;
  const result = {
    ...{ parts, found, partCount, sequences, tokens: total, tested, report: tokens.report },
    cells: outcome.cells,
    ...(donors !== undefined && { donors }),
  };
  if (!(await isComplete(out, partCount))) return result;
  const run = await openRun(out);
  const effects = await geneEffects(run, own.vocabulary, targets, spec.donors, outcome.cells, options);
  const { signal } = calls;
  const compared = { effect: tested, ...(signal && { signal }) };
  const agreement = spec.screen && (await screenAgreement(own.model, spec, run, compared));
  const { page, figures } = effectsPage({
    effects,
    cells: outcome.cells,
    tested,
    cellsAsReplicates: options.cellsAsReplicates === true,
    facts: {
      model: own.name,
      perturbation: spec.perturbation.kind,
      cells: outcome.cells.toLocaleString('en-US'),
      ...(donors !== undefined && { donors: donors.toLocaleString('en-US') }),
      [spec.screen ? 'approximated deletions' : 'sequences that the model read']: sequences.toLocaleString('en-US'),
      ...(agreement && { 'rank correlation with exact deletions': agreementText(agreement) }),
    },
  });
  await writeFileAtomic(join(out, 'genes.csv'), effectsCsv(effects, tested));
  for (const [name, svg] of figures) await writeFileAtomic(join(out, `${name}.svg`), svg);
  await writeFileAtomic(join(out, 'report.html'), page);
  return { ...result, effects, ...(agreement && { agreement }) };
}

/** Returns the agreement of a screen in words. */
export function agreementText({ mean, least, cells, deletions }: ScreenAgreement): string {
  if (cells === 0) return 'not measured: no cell has two genes';
  const compared = `${deletions.toLocaleString('en-US')} deletions in ${cells} ${cells === 1 ? 'cell' : 'cells'}`;
  return `${mean.toFixed(3)} (least ${least.toFixed(3)}; ${compared})`;
}

async function isComplete(out: string, partCount: number): Promise<boolean> {
  const folder = join(out, 'parts');
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names.filter((name) => /^part-\d+\.parquet$/.test(name)).length === partCount;
}

/** Yields the tokens of some cells. */
function* sequencesOf(store: TokenizedCells['store'], select: Int32Array): Generator<Int32Array> {
  for (const cell of select) {
    const tokens = new Int32Array(store.lengths[cell]);
    store.copy(cell, tokens.length, tokens, 0);
    yield tokens;
  }
}
