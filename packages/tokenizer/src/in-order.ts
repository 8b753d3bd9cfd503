/**
 * Runs tasks side by side and gives what they come to in the order of the tasks. At most `ahead` are begun and not yet given, so
 * what waits for its turn is bounded. The first failure, in that order, ends it.
 */
export async function* inOrder<Task, Result>(
  tasks: Iterable<Task> | AsyncIterable<Task>,
  ahead: number,
  run: (task: Task) => Promise<Result>,
): AsyncGenerator<Result> {
  const begun: Promise<Result>[] = [];
  for await (const task of tasks) {
    const result = run(task);
    // It is awaited when its turn comes; until then a failure must not count as unhandled.
    result.catch(() => undefined);
    begun.push(result);
    if (begun.length >= ahead) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}
