import { parentPort } from 'node:worker_threads';
import { messageOf } from '@geneformer-ts/core';
import { ANSWERED, type Answer, type Question, type ThreadBrief } from './protocol.js';

/** Answers the questions that a `WatchedThread` puts, by calling the method of that name. */
export function serve(
  { port, state }: ThreadBrief,
  methods: Readonly<Record<string, (...args: never[]) => unknown>>,
): void {
  port.on('message', ({ method, args }: Question) => {
    void answer(methods[method], args).then((reply) => {
      port.postMessage(reply, arraysOf(reply));
      Atomics.store(state, 0, ANSWERED);
      Atomics.notify(state, 0);
    });
  });
  parentPort!.postMessage('ready');
}

async function answer(method: (...args: never[]) => unknown, args: unknown[]): Promise<Answer> {
  try {
    return { value: await method(...(args as never[])) };
  } catch (cause) {
    return { failure: messageOf(cause) };
  }
}

/** The memory of an answer that is one array, to be handed over instead of copied. */
function arraysOf(reply: Answer): ArrayBuffer[] {
  const value = 'value' in reply ? reply.value : undefined;
  const isWhole = ArrayBuffer.isView(value) && value.byteLength === value.buffer.byteLength;
  return isWhole && value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
}
