/**
 * Runs the tasks of a profile: asks for each, as soon as what it reads is there, whether its result is known, and otherwise starts it. Two
 * tasks that take half of the cores run side by side. Of the tasks that could start, the one that most others wait for is first.
 */
import type { Board } from './board.js';
import { identify, isWhole, knownResult } from './known-result.js';
import type { Manifest } from './manifest.js';
import { readsOf, type Task } from './plan.js';
import { publishResults, readPublishedManifest } from './publish.js';
import type { RunStage } from './run-stage.js';
import type { Study } from './study.js';

export interface RunOptions {
  study: Pick<Study, 'request' | 'results' | 'store'>;
  tasks: readonly Task[];
  board: Board;
  signal: AbortSignal;
  /** Starts a task; resolves when its result is in the store and in the results. An aborted task saves its work and rejects. */
  start: (task: Task, signal: AbortSignal) => Promise<void>;
  /** Whether to compute a task even if its result is known. Default: none. */
  isComputed?: (task: Task) => boolean;
}

/** Numbers of halves of the machine. */
const MACHINE = 2;
const halvesOf = ({ cores }: Task): number => (cores === 'half' ? 1 : MACHINE);

/** Runs the tasks and returns the manifest of each, in the order of the tasks. */
export async function runTasks({
  study,
  tasks,
  board,
  signal,
  start,
  isComputed = () => false,
}: RunOptions): Promise<Map<Task, Manifest>> {
  const finished = new Map<string, Manifest>();
  /** Tasks that cannot be asked yet, then those that must run and wait for cores. */
  const waiting = new Set(tasks);
  const queue: Task[] = [];
  const running = new Map<Task, Promise<void>>();
  const stop = new AbortController();
  const waitedFor = dependentsOf(tasks);
  await board.expect(tasks, (task) => earlierSeconds(study, task));

  const look = async (task: Task): Promise<void> => {
    if (!isComputed(task)) {
      const known = await published(study, task, board.notice);
      if (known) {
        finished.set(idOf(task), known);
        board.cached(task);
        return;
      }
    }
    queue.push(task);
    queue.sort((a, b) => waitedFor(b) - waitedFor(a)); // keeps the order of equal ones
  };
  const isReady = (task: Task) => readsOf(task).every((input) => finished.has(inputId(task, input)));
  const run = async (task: Task): Promise<void> => {
    board.started(task);
    await start(task, AbortSignal.any([signal, stop.signal]));
    const { experiment, profile, name } = task;
    const made = await readPublishedManifest(study.results(experiment, profile), name);
    if (typeof made !== 'object')
      throw new Error(`task "${name}" left no manifest in the results; report this as a bug`);
    finished.set(idOf(task), made);
    board.ran(task, made);
    running.delete(task);
  };

  try {
    while (waiting.size > 0 || queue.length > 0 || running.size > 0) {
      signal.throwIfAborted();
      for (const task of waiting) {
        if (!isReady(task)) continue;
        waiting.delete(task);
        await look(task);
      }
      for (const task of [...queue]) {
        const busy = [...running.keys()].reduce((sum, other) => sum + halvesOf(other), 0);
        if (busy + halvesOf(task) > MACHINE) continue;
        queue.splice(queue.indexOf(task), 1);
        running.set(task, run(task));
      }
      if (running.size > 0) await Promise.race(running.values());
    }
  } catch (error) {
    board.failed();
    stop.abort(error);
    await Promise.allSettled(running.values());
    throw error;
  }
  return new Map(tasks.map((task) => [task, finished.get(idOf(task))!]));
}

/** Returns a function that gives the number of tasks that need the result of a task, directly or not. */
function dependentsOf(tasks: readonly Task[]): (task: Task) => number {
  const needs = new Map<string, Set<string>>();
  for (const task of tasks) {
    const inputs = readsOf(task).map((input) => inputId(task, input));
    needs.set(idOf(task), new Set([...inputs, ...inputs.flatMap((id) => [...(needs.get(id) ?? [])])]));
  }
  const all = [...needs.values()];
  return (task) => all.filter((own) => own.has(idOf(task))).length;
}

/** Returns the known result of a task after its files in the results were compared with it, and rewritten if they differ. */
async function published(
  study: RunOptions['study'],
  task: Task,
  notice: (line: string) => void,
): Promise<Manifest | undefined> {
  const request = { ...(await study.request(task)), notice };
  const runStage: RunStage = async (again) => (await import('./run-stage.js')).runStage(again);
  const { key } = await identify(request, study.store, runStage);
  const found = await knownResult(request, key, study.store, notice);
  if (!isWhole(found)) return undefined;
  const before = await readPublishedManifest(request.resultsDirectory, task.name);
  const written = await publishResults(request.resultsDirectory, task.name, found.known, study.store);
  if (before !== undefined && written.length > 0) {
    const isEdited = before === 'damaged' || before.check === found.known.check;
    if (isEdited)
      notice(`${task.name}: ${written.join(', ')} in the results differed from the output of the stage; rewritten`);
  }
  return found.known;
}

/** Returns how long a task took when it last ran, with whatever settings. */
async function earlierSeconds(
  study: RunOptions['study'],
  { experiment, profile, name }: Task,
): Promise<number | undefined> {
  const earlier = await readPublishedManifest(study.results(experiment, profile), name);
  return typeof earlier === 'object' ? earlier.seconds : undefined;
}

function idOf({ experiment, profile, name }: Task): string {
  return `${experiment}/${profile}/${name}`;
}

function inputId({ experiment, profile }: Task, input: string): string {
  return input.includes('/') ? input : `${experiment}/${profile}/${input}`;
}
