/**
 * Runs tasks concurrently and yields their results in the order of the tasks. At most `ahead` results are pending at any time,
 * which bounds the memory they need. Stops at the first failure in that order.
 */
export async function* inOrder<Task, Result>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  ahead: number,
  run: (task: Task) => Promise<Result>,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for await (const task of tasks) {
    const result = run(task);
    // Awaited later, in order; until then a failure must not count as an unhandled rejection.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length >= ahead) yield await pending.shift()!;
  }
  for (const result of pending) yield await result;
}
