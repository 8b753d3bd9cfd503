/** Slots of the numbers that the threads of a crew share. */
export const SLOTS = {
  /** Task that the open chunks belong to. */
  task: 0,
  /** Ticket of the task's first chunk. */
  first: 1,
  /** Next ticket to be drawn. */
  next: 2,
  /**
   * Ticket at which drawing stops. Tickets only ever grow, so a thread that wakes late cannot draw one twice. {@link DISMISSED}
   * once there will be no more.
   */
  end: 3,
  /** Chunks that are done, over all tasks. */
  done: 4,
} as const;

/** The `end` that sends helpers home. */
export const DISMISSED = -1;

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
