/** The program of a worker thread: runs the tasks it receives, one at a time. */
import { workerData } from '@geneformer-ts/core/system';
import { serveTasks } from '@geneformer-ts/core/node';
import { BlockMemory, openAnnData, type CountMatrix, type CsrBlock } from '@geneformer-ts/io';
import type { BlockFacts, BlockTask, ThreadBrief } from './block-work.js';
import { startWork } from './start-work.js';

const { plan, reopen } = workerData as ThreadBrief;
const work = startWork(plan);
const memory = new BlockMemory();
let source: Promise<CountMatrix> | undefined;

serveTasks((task: BlockTask | 'finish') => (task === 'finish' ? work.finish() : resultsOf(task)));

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
  source ??= openAnnData(reopen!.path, reopen!.options);
  yield* (await source).blocks({ rows: blockRows, from, to, memory });
}
