import { type NamedTensor, readSafetensors, writeFileAtomic, writeSafetensors } from '@geneformer-ts/io';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointSaveError, ResumeMismatchError } from './errors.js';
import type { BertModel } from './model.js';
import type { Optimizer } from './optimizer.js';
import { loadWeights, toFile } from './state-dict.js';
import type { Evaluation } from './training-record.js';
import type { Weights } from './weights.js';
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
  /** Trained weights at the best evaluation so far, when training is to end with them. */
  best: Weights | null;
}

/** What makes two runs the same run; compared before going on. */
export interface RunIdentity {
  /** Digests or values by name, for the message. */
  [what: string]: string | number;
}

/**
 * Writes the run's state and removes the folders of earlier steps.
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
    await writeDirectory(target, async (temporary) => {
      await model.writeFiles(temporary);
      await writeSafetensors(join(temporary, optimizerFile), moments);
      const specs = model.parameters.specs.filter((spec) => best?.has(spec.name));
      if (best) await writeSafetensors(join(temporary, bestFile), toFile(specs, best));
      const trainer = { global_step: step, identity, losses, evaluations, best: specs.map((spec) => spec.name) };
      await writeFileAtomic(join(temporary, trainerFile), JSON.stringify(trainer));
    });
    for (const earlier of await savedSteps(directory)) {
      if (earlier !== step) await rm(join(directory, `checkpoint-${earlier}`), { recursive: true, force: true });
    }
  } catch (cause) {
    throw new CheckpointSaveError(directory, step, lastGood, { cause });
  }
  return target;
}

const optimizerFile = 'optimizer.safetensors';
const trainerFile = 'trainer_state.json';
/** Trained weights of the best evaluation. */
const bestFile = 'best.safetensors';

/**
 * Puts the latest saved state into model and optimiser; null when there is none.
 *
 * @throws ResumeMismatchError when it belongs to a run with another identity
 */
export async function resumeRun(
  directory: string,
  { model, optimizer, identity }: { model: BertModel; optimizer: Optimizer; identity: RunIdentity },
): Promise<(RunState & { folder: string }) | null> {
  await removeUnfinished(directory);
  const step = (await savedSteps(directory)).at(-1);
  if (step === undefined) return null;
  const folder = join(directory, `checkpoint-${step}`);
  const saved = JSON.parse(await readFile(join(folder, trainerFile), 'utf8')) as {
    identity: RunIdentity;
    losses: number[];
    evaluations: Evaluation[];
    best: string[];
  };
  for (const what of Object.keys({ ...identity, ...saved.identity })) {
    if (saved.identity[what] !== identity[what]) throw new ResumeMismatchError(folder, what);
  }
  model.parameters.write(await loadWeights(folder, model.parameters.specs));
  optimizer.restore(step, floatData((await readSafetensors(join(folder, optimizerFile))).tensors));
  const { losses, evaluations } = saved;
  const specs = model.parameters.specs.filter((spec) => saved.best.includes(spec.name));
  const best = specs.length > 0 ? await loadWeights(join(folder, bestFile), specs) : null;
  return { step, losses, evaluations, best, folder };
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
