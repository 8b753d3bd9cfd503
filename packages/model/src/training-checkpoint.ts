import { type NamedTensor, readSafetensors, writeFileAtomic, writeSafetensors } from '@geneformer-ts/io';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ResumeMismatchError } from './errors.js';
import type { BertModel } from './model.js';
import type { Optimizer } from './optimizer.js';
import { toMemory } from './state-dict.js';
import type { Evaluation } from './training-record.js';
import { writeDirectory } from './write-directory.js';

/**
 * A run as it stands after an update, in a folder `checkpoint-<step>` that any program reading Hugging Face checkpoints can load.
 * Order, masks and dropout are functions of the seed and the step, so position and weights are all there is to remember. A
 * folder gets its name only when whole, and the one before is removed only then: a kill at any moment leaves the last good one.
 */
export interface RunState {
  step: number;
  losses: number[];
  evaluations: Evaluation[];
}

/** What makes two runs the same run; compared before going on. */
export interface RunIdentity {
  /** Digests or values by name, for the message. */
  [what: string]: string | number;
}

/** Writes the run's state and removes the folders of earlier steps. */
export async function saveRun(
  directory: string,
  {
    model,
    optimizer,
    state,
    identity,
  }: { model: BertModel; optimizer: Optimizer; state: RunState; identity: RunIdentity },
): Promise<string> {
  const target = join(directory, `checkpoint-${state.step}`);
  await mkdir(directory, { recursive: true });
  await writeDirectory(target, async (temporary) => {
    await model.writeFiles(temporary);
    await writeSafetensors(join(temporary, 'optimizer.safetensors'), await optimizer.tensors());
    const trainer = { global_step: state.step, identity, losses: state.losses, evaluations: state.evaluations };
    await writeFileAtomic(join(temporary, 'trainer_state.json'), JSON.stringify(trainer));
  });
  for (const step of await savedSteps(directory)) {
    if (step !== state.step) await rm(join(directory, `checkpoint-${step}`), { recursive: true, force: true });
  }
  return target;
}

/**
 * Puts the latest saved state into model and optimiser; null when there is none.
 *
 * @throws ResumeMismatchError when it belongs to a run with another identity
 */
export async function resumeRun(
  directory: string,
  { model, optimizer, identity }: { model: BertModel; optimizer: Optimizer; identity: RunIdentity },
): Promise<RunState | null> {
  await removeUnfinished(directory);
  const step = (await savedSteps(directory)).at(-1);
  if (step === undefined) return null;
  const folder = join(directory, `checkpoint-${step}`);
  const saved = JSON.parse(await readFile(join(folder, 'trainer_state.json'), 'utf8')) as {
    identity: RunIdentity;
    losses: number[];
    evaluations: Evaluation[];
  };
  for (const [what, value] of Object.entries(identity)) {
    if (saved.identity[what] !== value) throw new ResumeMismatchError(folder, what);
  }
  const { tensors } = await readSafetensors(join(folder, 'model.safetensors'));
  model.parameters.write(toMemory(model.parameters.specs, tensors));
  optimizer.restore(step, floatData((await readSafetensors(join(folder, 'optimizer.safetensors'))).tensors));
  return { step, losses: saved.losses, evaluations: saved.evaluations };
}

function floatData(tensors: ReadonlyMap<string, NamedTensor>): Map<string, Float32Array> {
  return new Map([...tensors].map(([name, tensor]) => [name, tensor.data as Float32Array]));
}

/** What a run that was killed while saving left under a temporary name. */
async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await namesIn(directory)) {
    if (/^\.checkpoint-\d+-/.test(name)) await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function savedSteps(directory: string): Promise<number[]> {
  return (await namesIn(directory))
    .map((name) => /^checkpoint-(\d+)$/.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}
