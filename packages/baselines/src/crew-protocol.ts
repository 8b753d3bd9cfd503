import type { TaskName } from './crew-tasks.js';

/** Slots of the numbers that the threads of a crew share. */
export const SLOTS = {
  /** Task that the open chunks belong to. */
  task: 0,
  /** Ticket of the task's first chunk. */
  first: 1,
  /** Next ticket to be drawn. */
  next: 2,
  /** Ticket at which drawing stops; tickets only ever grow, so a thread that wakes late cannot draw one twice. */
  end: 3,
  /** Chunks that are done, over all tasks. */
  done: 4,
  /** Rung, by counting on, when there is something to do. */
  bell: 5,
} as const;

/** Draws a ticket and does its chunk until none is left. */
export function workOff(control: Int32Array, perform: (chunk: number) => void): void {
  for (;;) {
    const ticket = Atomics.load(control, SLOTS.next);
    if (ticket >= Atomics.load(control, SLOTS.end)) return;
    if (Atomics.compareExchange(control, SLOTS.next, ticket, ticket + 1) !== ticket) continue;
    // The main thread cannot open another task before this chunk is done, so `first` belongs to this ticket.
    perform(ticket - Atomics.load(control, SLOTS.first));
    Atomics.add(control, SLOTS.done, 1);
    Atomics.notify(control, SLOTS.done);
  }
}

/** What the calling thread tells a helper: a task that chunks may come of, or that those it knows are over. */
export type TaskMessage = { id: number; name: TaskName; shared: unknown } | 'forget';

/** What a helper tells about a chunk that gave something or failed. */
export interface ChunkMessage {
  chunk: number;
  result?: unknown;
  error?: unknown;
}
