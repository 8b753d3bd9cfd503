/** What a thread of a crew runs: it does the tasks it is sent, one at a time, and hands the results over. */
import { parentPort, workerData } from 'node:worker_threads';
import { openCells, type CellSource, type CsrBlock } from '@geneformer-ts/io';
import { buffersOf } from './buffers-of.js';
import type { BlockFacts } from './block-work.js';
import { startWork } from './start-work.js';
import type { Answer, BlockTask, CrewBrief, Order } from './crew.js';

const { plan, reopen } = workerData as CrewBrief;
const work = startWork(plan);
let source: Promise<CellSource> | undefined;

parentPort!.on('message', (order: Order) => {
  void answer(order).then((message) =>
    parentPort!.postMessage(message, 'done' in message ? buffersOf(message.done) : []),
  );
});

async function answer(order: Order): Promise<Answer> {
  try {
    return { done: order === 'finish' ? work.finish() : await resultsOf(order) };
  } catch (cause) {
    return { failed: (cause as Error).message };
  }
}

async function resultsOf(task: BlockTask): Promise<BlockFacts[]> {
  const results: BlockFacts[] = [];
  for await (const block of blocksOf(task)) {
    const from = block.rowStart - task.from;
    const to = from + block.rows;
    results.push(work.run({ block, keep: task.keep?.subarray(from, to), stated: task.stated?.subarray(from, to) }));
  }
  return results;
}

async function* blocksOf({ from, to, blockRows, block }: BlockTask): AsyncGenerator<CsrBlock> {
  if (block) {
    yield block;
    return;
  }
  source ??= openCells(reopen!.path, reopen!.options);
  yield* (await source).blocks({ rows: blockRows, from, to });
}
