import { FileAccessError, ForeignFilesError } from '@geneformer-ts/core';
import {
  type FolderKind,
  readTextFile,
  removeLeftovers,
  removeOwned,
  sha256,
  sha256File,
  writeDirectory,
  writeFileAtomic,
} from '@geneformer-ts/core/node';
import { type NamedTensor, readSafetensors, writeSafetensors } from '@geneformer-ts/io';
import { join, readdir, stat } from '@geneformer-ts/core/system';
import { loadWeights, toFile } from '../checkpoint/state-dict.js';
import { CheckpointSaveError, ResumeDamagedError, ResumeMismatchError } from '../errors.js';
import type { BertModel } from '../models/model.js';
import type { Optimizer } from './optimizer.js';
import type { Evaluation, RunState } from './run.js';

/** The data, arguments and weights of a run, compared before it is resumed. */
export interface RunIdentity {
  /** Digests or values; the names are used in messages. */
  [what: string]: string | number;
}

/**
 * Writes the state of a run into a folder `checkpoint-<step>`, which programs that read Hugging Face checkpoints can load, and
 * removes the states of other steps. A folder gets its name once it is complete, and only then the previous one is removed, so that
 * a kill at any moment leaves a complete state. Only files of this function are removed; folders of other programs and added files
 * stay.
 *
 * @param lastGood folder of the previous state, for the message
 * @throws CheckpointSaveError if the state cannot be written; the previous state does not change
 */
export async function saveRun(
  directory: string,
  {
    model,
    optimizer,
    state,
    identity,
  }: { model: BertModel; optimizer: Optimizer; state: RunState; identity: RunIdentity },
  lastGood: string | null,
): Promise<string> {
  const target = join(directory, `checkpoint-${state.step}`);
  const { step, losses, evaluations, best } = state;
  const moments = await optimizer.tensors();
  try {
    const fill = async (temporary: string): Promise<void> => {
      await model.writeFiles(temporary);
      await writeSafetensors(join(temporary, optimizerFile), moments);
      const specs = model.parameters.specs.filter((spec) => best?.has(spec.name));
      if (best) await writeSafetensors(join(temporary, bestFile), toFile(specs, best));
      const files = await digestsOf(temporary, await readdir(temporary));
      const trainer = { global_step: step, identity, losses, evaluations, best: specs.map((spec) => spec.name), files };
      await writeFileAtomic(join(temporary, trainerFile), JSON.stringify({ ...trainer, check: checkOf(trainer) }));
    };
    await writeDirectory(target, fill, RUN_FOLDER);
    for (const other of await savedSteps(directory)) {
      if (other !== step) await removeRun(join(directory, `checkpoint-${other}`));
    }
  } catch (cause) {
    throw new CheckpointSaveError(directory, step, lastGood, { cause });
  }
  return target;
}

const optimizerFile = 'optimizer.safetensors';
const trainerFile = 'trainer_state.json';
/** Size limit in bytes. The losses of a million steps take about 30 MB. */
const MOST_STATE_BYTES = 2 ** 28;
/** Trained weights of the best evaluation. */
const bestFile = 'best.safetensors';
const runFiles = new Set(['config.json', 'model.safetensors', optimizerFile, bestFile, trainerFile]);

/** The folder of a state. The Trainer of Hugging Face uses the same names for its folders and `trainer_state.json`. */
const RUN_FOLDER: FolderKind = {
  name: 'a training state',
  owns: (file) => runFiles.has(file),
  recognizes: async (dir) => (await readTrainer(dir)) !== null,
};

interface TrainerState {
  identity: RunIdentity;
  losses: number[];
  evaluations: Evaluation[];
  best: string[];
  /** SHA-256 digest of every other file in the folder, by name. */
  files: Record<string, string>;
}

/**
 * Reads a `trainer_state.json` of `saveRun`; returns null for folders of other programs.
 *
 * @throws ResumeDamagedError if the file was changed after it was saved
 */
async function readTrainer(folder: string): Promise<TrainerState | null> {
  // Only runs of this package store the optimizer in safetensors.
  const isOurs = Boolean(await stat(join(folder, optimizerFile)).catch(() => null));
  try {
    const saved = JSON.parse(await readTextFile(join(folder, trainerFile), MOST_STATE_BYTES)) as TrainerState & {
      check?: string;
    };
    const { check, ...trainer } = saved;
    if (check === checkOf(trainer)) return trainer;
  } catch (cause) {
    if (isOurs) throw new ResumeDamagedError(folder, trainerFile, { cause });
  }
  if (isOurs) throw new ResumeDamagedError(folder, trainerFile);
  return null;
}

/** Removes the folder of a state, `trainer_state.json` last, so that the next save can complete an interrupted removal. */
async function removeRun(folder: string): Promise<void> {
  await removeOwned(folder, { ...RUN_FOLDER, owns: (file) => file !== trainerFile && RUN_FOLDER.owns(file) });
  await removeOwned(folder, RUN_FOLDER);
}

/**
 * Loads the latest saved state into the model and the optimizer; returns null if there is none.
 *
 * @throws ResumeMismatchError if the state belongs to another run
 * @throws ResumeDamagedError if one of its files is missing or was changed after it was saved
 * @throws ForeignFilesError if a folder of another program has a name that this run may need
 */
export async function resumeRun(
  directory: string,
  { model, optimizer, identity }: { model: BertModel; optimizer: Optimizer; identity: RunIdentity },
): Promise<(RunState & { folder: string }) | null> {
  await removeUnfinished(directory);
  const step = (await savedSteps(directory)).at(-1);
  await refuseForeign(directory, step ?? 0);
  if (step === undefined) return null;
  const folder = join(directory, `checkpoint-${step}`);
  const saved = (await readTrainer(folder)) as TrainerState;
  for (const what of Object.keys({ ...identity, ...saved.identity })) {
    if (saved.identity[what] === identity[what]) continue;
    const detail = what === 'arguments' ? firstDifference(saved.identity[what], identity[what]) : '';
    throw new ResumeMismatchError(folder, what, detail);
  }
  await assertUndamaged(folder, saved.files);
  model.parameters.write(await loadWeights(folder, model.parameters.specs));
  optimizer.restore(step, floatData((await readSafetensors(join(folder, optimizerFile))).tensors));
  const { losses, evaluations } = saved;
  const specs = model.parameters.specs.filter((spec) => saved.best.includes(spec.name));
  const best = specs.length > 0 ? await loadWeights(join(folder, bestFile), specs) : null;
  return { step, losses, evaluations, best, folder };
}

/** Returns the first argument that differs, with both values; the saved arguments may be damaged, or those of an earlier version. */
function firstDifference(savedText: unknown, givenText: unknown): string {
  try {
    const [saved, given] = [savedText, givenText].map((text) => JSON.parse(String(text)) as Record<string, unknown>);
    const name = Object.keys({ ...given, ...saved }).find((key) => shown(saved[key]) !== shown(given[key]));
    return name === undefined ? '' : `${name}: saved ${shown(saved[name])}, given ${shown(given[name])}`;
  } catch {
    return '';
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing';

/** Checks the digests of all files: training would silently continue with wrong weights or moments. */
async function assertUndamaged(folder: string, files: Record<string, string>): Promise<void> {
  for (const [name, digest] of Object.entries(files)) {
    const actual = await sha256File(join(folder, name)).catch((cause: unknown) => {
      throw new ResumeDamagedError(folder, name, { cause });
    });
    if (actual !== digest) throw new ResumeDamagedError(folder, name);
  }
}

async function digestsOf(folder: string, names: readonly string[]): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const name of [...names].sort()) digests[name] = await sha256File(join(folder, name));
  return digests;
}

/** Returns the digest of the state's JSON text, which is the same when the state is read back. */
function checkOf(trainer: object): string {
  return sha256(JSON.stringify(trainer));
}

function floatData(tensors: ReadonlyMap<string, NamedTensor>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

/** Removes files that a run left under a temporary name when it was killed during a save. */
async function removeUnfinished(directory: string): Promise<void> {
  const targets = (await namesIn(directory)).map((name) => /^\.(checkpoint-\d+)\./.exec(name)?.[1]);
  for (const target of new Set(targets)) if (target !== undefined) await removeLeftovers(join(directory, target));
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code !== 'ENOTDIR') throw error;
    throw new FileAccessError(directory, 'is not a folder; name a folder', { cause: error });
  });
}

/** Returns the steps whose state this package saved, ascending. */
async function savedSteps(directory: string): Promise<number[]> {
  const steps: number[] = [];
  for (const step of await namedSteps(directory)) {
    if (await readTrainer(join(directory, `checkpoint-${step}`))) steps.push(step);
  }
  return steps;
}

/** Returns the steps that have a folder of any program, ascending. */
async function namedSteps(directory: string): Promise<number[]> {
  return (await namesIn(directory))
    .map((name) => /^checkpoint-(0|[1-9]\d*)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Refuses folders of other programs now, not hours later when the state of their step must be saved. @throws ForeignFilesError */
async function refuseForeign(directory: string, step: number): Promise<void> {
  for (const later of await namedSteps(directory)) {
    const folder = join(directory, `checkpoint-${later}`);
    const files = later > step ? await namesIn(folder).catch(() => ['no folder']) : [];
    if (files.length) throw new ForeignFilesError(folder, files, RUN_FOLDER.name);
  }
}
