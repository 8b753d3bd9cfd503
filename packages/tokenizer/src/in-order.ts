/**
 * Runs tasks concurrently and yields their results in the order of the tasks. At most `ahead` results are pending at any time,
 * which bounds the memory they need. Stops at the first failure in that order.
 */
export async function* inOrder<Task, Result>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  ahead: number,
  run: (task: Task) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const task of tasks) {
    const result = run(task);
    // Awaited later, in order; until then a failure must not count as an unhandled rejection.
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length >= ahead) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}
