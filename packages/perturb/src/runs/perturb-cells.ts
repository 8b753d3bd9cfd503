import { ArgumentError, checkOptions, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { BertModel } from '@geneformer-ts/model';
import { HeldOutStates } from '../effects/held-out-states.js';
import { readSequences } from './cell-vectors.js';
import { changeColumns, computePart } from './compute-part.js';
import { type Part, planRun } from './part-plan.js';
import { partPath, partProblem, writePart } from './part-file.js';
import { type RunManifest, writeManifest } from './run-manifest.js';
import { cellAt, cellCount, runDigest, type RunSpec } from './run-spec.js';

/** How a run is computed. None of these options changes the results. */
export interface RunOptions {
  /** The share of this process: parts whose index modulo `count` is `index`. Default: all parts. */
  shard?: { index: number; count: number };
  /** Maximum number of tokens per batch; default 4,096. */
  batchTokens?: number;
  /** Called after each part. */
  onProgress?: Progress;
  /** Stops the run; complete parts stay, and the next run with the same options continues there. */
  signal?: AbortSignal;
}

const known: OptionNames<RunOptions> = { shard: true, batchTokens: true, onProgress: true, signal: true };

/** What a run did. */
export interface RunOutcome extends RunManifest {
  /** Parts of this shard. */
  parts: number;
  /** Parts of this shard that were there already. */
  found: number;
}

/**
 * Perturbs many cells and writes the results into a folder, in parts: `parts/part-000000.parquet` and so on, beside `run.json`. A part
 * appears completely or not at all. A run that was stopped continues: complete parts are not computed again. Several processes
 * can share a folder, each with its shard.
 *
 * On one thread of backend `onnx`, the files have the same bytes for all batch sizes, shards and interruptions.
 *
 * ```ts
 * const spec = { cells, targets: 'all', perturbation: { kind: 'delete' }, rules, modelDigest } as const;
 * await perturbCells(model, spec, 'deleted', { shard: { index: 0, count: 8 } });
 * ```
 *
 * @throws RunMismatchError if the folder has another run; ArgumentError; the errors of `readStates`
 */
export async function perturbCells(
  model: BertModel,
  spec: RunSpec,
  folder: string,
  options: RunOptions = {},
): Promise<RunOutcome> {
  checkOptions('perturbCells', options, known);
  const { shard = { index: 0, count: 1 }, batchTokens = 4096, onProgress, signal } = options;
  checkShard(shard);
  const plan = planRun(spec);
  const labels = model.labels ?? [];
  const digest = runDigest(spec, model);
  const manifest: RunManifest = {
    digest,
    partCount: plan.parts.length,
    cells: plan.cells.length,
    sequences: plan.sequences,
    tokens: plan.tokens,
    columns: changeColumns(spec, labels),
    perturbation: spec.perturbation,
    targets: spec.targets === 'all' ? 'all' : spec.targets.length,
  };
  await writeManifest(folder, manifest);
  const own = plan.parts.filter(({ index }) => index % shard.count === shard.index);
  const open: Part[] = [];
  for (const part of own) if (await partProblem(partPath(folder, part.index), part, digest)) open.push(part);
  const reading = { model, batchTokens, signal };
  const states = open.length > 0 ? await heldOutStates(spec, reading) : undefined;
  let done = own.length - open.length;
  for (const part of open) {
    onProgress?.({ stage: 'perturbing', done, total: own.length, unit: 'parts' });
    const rows = await computePart(spec, plan, part, { ...reading, labels, states });
    await writePart(partPath(folder, part.index), rows, digest);
    done++;
  }
  onProgress?.({ stage: 'perturbing', done, total: own.length, unit: 'parts' });
  return { ...manifest, parts: own.length, found: own.length - open.length };
}

/** Returns the vectors of the states of a run, from its unperturbed cells. */
export async function heldOutStates(
  { cells, states, donors, layer = -1, pooling = 'mean', rules }: RunSpec,
  reading: { model: BertModel; batchTokens: number; signal: AbortSignal | undefined },
): Promise<HeldOutStates | undefined> {
  if (!states) return undefined;
  const count = cellCount(cells);
  for (const [field, values] of [['states.labels', states.labels] as const, ['donors', donors] as const]) {
    if (values && values.length !== count) {
      throw new ArgumentError(field, `has ${values.length} entries for ${count} cells`, 'give one per cell');
    }
  }
  const cols = reading.model.config.hidden_size;
  const data = new Float32Array(count * cols).fill(NaN);
  const labeled = function* () {
    for (let cell = 0; cell < count; cell++) {
      const label = states.labels[cell];
      if (label === null || !states.names.includes(label)) continue;
      yield [cell, cellAt(cells, cell, rules.maxLength)] as const;
    }
  };
  await readSequences(labeled(), { ...reading, request: { layer, pooling } }, (rows, { vectors }) =>
    rows.forEach((cell, row) => data.set(vectors!.subarray(row * cols, (row + 1) * cols), cell * cols)),
  );
  const vectors = { data, cols, states: states.labels, ...(donors && { donors }) };
  return new HeldOutStates(vectors, states.names);
}

/** @throws ArgumentError unless `index` is one of `count` shards */
export function checkShard({ index, count }: { index: number; count: number }): void {
  if (Number.isInteger(count) && count >= 1 && Number.isInteger(index) && index >= 0 && index < count) return;
  throw ArgumentError.of('shard', { index, count }, 'an index from 0 to count − 1');
}
