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
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadWeights, toFile } from '../checkpoint/state-dict.js';
import { CheckpointSaveError, ResumeDamagedError, ResumeMismatchError } from '../errors.js';
import type { BertModel } from '../models/model.js';
import type { Optimizer } from './optimizer.js';
import type { Evaluation, RunState } from './run.js';

/** What makes two runs the same run; compared before going on. */
export interface RunIdentity {
  /** Digests or values by name, for the message. */
  [what: string]: string | number;
}

/**
 * Writes the run's state into a folder `checkpoint-<step>`, which any program that reads Hugging Face checkpoints can load, and
 * removes the states of other steps. A folder gets its name only when it is complete, and the one before is removed only then: a
 * kill at any moment leaves the last good one. Only files that this function writes are removed: folders of
 * other programs, and files that somebody added, stay.
 *
 * @param lastGood folder of the state before, for the message
 * @throws CheckpointSaveError when it cannot be written; the state before is then untouched
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
/** The losses of a million steps take some 30 MB. */
const MOST_STATE_BYTES = 2 ** 28;
/** Trained weights of the best evaluation. */
const bestFile = 'best.safetensors';
const runFiles = new Set(['config.json', 'model.safetensors', optimizerFile, bestFile, trainerFile]);

/** The folder of one state. The Trainer of Hugging Face calls its folders and its `trainer_state.json` the same. */
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
  /** Name of every other file in the folder → sha256. */
  files: Record<string, string>;
}

/**
 * Reads what `saveRun` wrote into `trainer_state.json`; null for folders of other programs.
 *
 * @throws ResumeDamagedError when the file is not as it was saved
 */
async function readTrainer(folder: string): Promise<TrainerState | null> {
  // Only a run of this package has its optimizer in safetensors.
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

/** Removes `trainer_state.json` last, so that the next save finishes what a killed run began. */
async function removeRun(folder: string): Promise<void> {
  await removeOwned(folder, { ...RUN_FOLDER, owns: (file) => file !== trainerFile && RUN_FOLDER.owns(file) });
  await removeOwned(folder, RUN_FOLDER);
}

/**
 * Puts the latest saved state into model and optimiser; null when there is none.
 *
 * @throws ResumeMismatchError when it belongs to a run with another identity; ResumeDamagedError when one of its files is
 *   not as it was saved; ForeignFilesError when a folder of another program has a name that this run may need
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
    if (saved.identity[what] !== identity[what]) throw new ResumeMismatchError(folder, what);
  }
  await assertUndamaged(folder, saved.files);
  model.parameters.write(await loadWeights(folder, model.parameters.specs));
  optimizer.restore(step, floatData((await readSafetensors(join(folder, optimizerFile))).tensors));
  const { losses, evaluations } = saved;
  const specs = model.parameters.specs.filter((spec) => saved.best.includes(spec.name));
  const best = specs.length > 0 ? await loadWeights(join(folder, bestFile), specs) : null;
  return { step, losses, evaluations, best, folder };
}

/** Weights and moments with a wrong bit would be trained on as if nothing had happened. */
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

/** The state is read back as it was written, so its text is the same. */
function checkOf(trainer: object): string {
  return sha256(JSON.stringify(trainer));
}

function floatData(tensors: ReadonlyMap<string, NamedTensor>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

/** What a run that was killed while saving left under a temporary name. */
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

/** Steps whose state this package saved, in order. */
async function savedSteps(directory: string): Promise<number[]> {
  const steps: number[] = [];
  for (const step of await namedSteps(directory)) {
    if (await readTrainer(join(directory, `checkpoint-${step}`))) steps.push(step);
  }
  return steps;
}

/** Steps that have a folder, whoever wrote it, in order. */
async function namedSteps(directory: string): Promise<number[]> {
  return (await namesIn(directory))
    .map((name) => /^checkpoint-(0|[1-9]\d*)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Better now than after hours of training, when the state of that step is to be saved. */
async function refuseForeign(directory: string, step: number): Promise<void> {
  for (const later of await namedSteps(directory)) {
    const folder = join(directory, `checkpoint-${later}`);
    const files = later > step ? await namesIn(folder).catch(() => ['no folder']) : [];
    if (files.length) throw new ForeignFilesError(folder, files, RUN_FOLDER.name);
  }
}
