/** Runs a task in a process of its own, so that its memory is returned and a fault of native code ends only this task. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProgressEvent } from '@geneformer-ts/core';
import { StageError, TaskFailedError } from '../errors.js';
import type { Board } from './board.js';
import type { Task } from './plan.js';

/** The message that starts a task's process. */
export interface TaskOrder {
  task: Task;
  /** Whether to compute it even if its result is known. */
  again: boolean;
  /** Whether to tell the time spent per op. */
  isProfiled: boolean;
}

/** A message from a task's process. */
export type TaskMessage =
  | { kind: 'progress'; event: ProgressEvent }
  | { kind: 'notice'; line: string }
  /** The text of the error that ended the task. */
  | { kind: 'failed'; text: string };

/**
 * Runs a task. When the signal is aborted the task saves its work and ends.
 * @throws TaskFailedError with the text that the task's process gave, StageError when it ended without one
 */
export async function startTask(order: TaskOrder, board: Board, signal: AbortSignal): Promise<void> {
  const { task } = order;
  const program = fileURLToPath(new URL('../task.js', import.meta.url));
  // The options of this process include the thread that ends it with the run that it is part of.
  const child = fork(program, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  let failure: string | undefined;
  child.on('message', (message: TaskMessage) => {
    if (message.kind === 'progress') board.progress(task, message.event);
    else if (message.kind === 'notice') board.notice(message.line);
    else failure = message.text;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => text.trimEnd().split('\n').forEach(board.notice));
  }
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  child.send(order, () => undefined);
  if (signal.aborted) end();
  const [code, by] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => resolve([code, by]));
  });
  signal.removeEventListener('abort', end);
  if (code === 0) return;
  signal.throwIfAborted();
  if (failure !== undefined) throw new TaskFailedError(failure);
  const how = by ?? `code ${code}`;
  throw new StageError(task.name, `its process ended with ${how}; check the memory, then run the same command again`);
}
