/** The program of a helper thread: waits for the bell, learns of new tasks and does chunks; it ends with the process. */
import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { SLOTS, workOff, type TaskMessage } from './crew-protocol.js';
import { tasks } from './crew-tasks.js';

const { control, port } = workerData as { control: Int32Array; port: MessagePort };
const opened = new Map<number, (chunk: number) => unknown>();

for (;;) {
  const bell = Atomics.load(control, SLOTS.bell);
  readMessages();
  workOff(control, perform);
  Atomics.wait(control, SLOTS.bell, bell);
}

function readMessages(): void {
  for (let held = receiveMessageOnPort(port); held; held = receiveMessageOnPort(port)) {
    const message = held.message as TaskMessage;
    if (message === 'forget') opened.clear();
    else opened.set(message.id, tasks[message.name](message.shared as never));
  }
}

function perform(chunk: number): void {
  try {
    const id = Atomics.load(control, SLOTS.task);
    // The main thread names every task before it opens its first chunk.
    if (!opened.has(id)) readMessages();
    const result = opened.get(id)!(chunk);
    if (result !== undefined) port.postMessage({ chunk, result });
  } catch (error) {
    port.postMessage({ chunk, error });
  }
}
