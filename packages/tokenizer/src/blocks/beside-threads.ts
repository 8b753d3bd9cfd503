/** One result of a list of tasks, in the making or ready. */
interface Part<Task, Result> {
  task: Task;
  results?: Result[];
  failure?: unknown;
  /** Ends when a thread has answered; undefined for a task of this thread. */
  answered?: Promise<void>;
}

/** How tasks are done. */
export interface Doing<Task, Result> {
  /** Number of tasks that threads do at the same time. */
  threads: number;
  /** At most so many tasks are begun and not yet passed on, which bounds the memory. */
  ahead: number;
  /** Lets a thread do a task. */
  there: (task: Task) => Promise<Result[]>;
  /** Does a task in this thread, step by step. */
  here: (task: Task) => AsyncIterable<Result>;
  /** Does a task that failed in a thread again, so that the results before the failure, and the error, are those of this thread. */
  again: (task: Task) => AsyncIterable<Result>;
}

/**
 * Runs tasks in threads and, while none of their results is the next one, in this thread too. Yields the results in the order of the
 * tasks. Stops at the first failure in that order.
 */
export async function* besideThreads<Task, Result>(
  tasks: Iterator<Task>,
  { threads, ahead, there, here, again }: Doing<Task, Result>,
): AsyncGenerator<Result> {
  const parts: Part<Task, Result>[] = [];
  let running = 0;
  const begin = (): Part<Task, Result> | undefined => {
    const next = parts.length < ahead ? tasks.next() : undefined;
    if (next === undefined || next.done) return undefined;
    const part: Part<Task, Result> = { task: next.value };
    parts.push(part);
    return part;
  };
  const send = (): void => {
    while (running < threads) {
      const part = begin();
      if (part === undefined) return;
      running++;
      part.answered = there(part.task)
        .then(
          (results) => void (part.results = results),
          (cause: unknown) => void (part.failure = cause),
        )
        .finally(() => running--);
    }
  };

  let mine: { part: Part<Task, Result>; steps: AsyncIterator<Result>; done: Result[] } | undefined;
  const step = async (): Promise<boolean> => {
    if (mine === undefined) {
      const part = begin();
      if (part === undefined) return false;
      mine = { part, steps: here(part.task)[Symbol.asyncIterator](), done: [] };
    }
    const { part, steps, done } = mine;
    try {
      const next = await steps.next();
      if (!next.done) done.push(next.value);
      else part.results = done;
    } catch (cause) {
      Object.assign(part, { results: done, failure: cause });
    }
    if (part.results) mine = undefined;
    // Lets the answers of the threads in.
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  };

  for (;;) {
    send();
    const [head] = parts;
    if (head === undefined) return;
    if (head.results) {
      parts.shift();
      send();
      yield* head.results;
    }
    if (head.failure !== undefined) {
      if (!head.results) yield* again(head.task);
      throw head.failure;
    }
    if (head.results) continue;
    if (!(await step())) await head.answered;
  }
}
