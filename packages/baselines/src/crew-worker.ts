/** The program of a helper thread: waits for chunks, does them, and leaves when the crew is dismissed. */
import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { DISMISSED, SLOTS, workOff } from './crew-protocol.js';
import { tasks, type TaskName } from './crew-tasks.js';

interface TaskMessage {
  id: number;
  name: TaskName;
  shared: unknown;
}

const { control, port } = workerData as { control: Int32Array; port: MessagePort };
const opened = new Map<number, (chunk: number) => unknown>();

for (;;) {
  const end = Atomics.load(control, SLOTS.end);
  if (end === DISMISSED) break;
  workOff(control, perform);
  Atomics.wait(control, SLOTS.end, end);
}
port.close();

function perform(chunk: number): void {
  try {
    const result = taskOf(Atomics.load(control, SLOTS.task))(chunk);
    if (result !== undefined) port.postMessage({ chunk, result });
  } catch (error) {
    port.postMessage({ chunk, error });
  }
}

/** The main thread names every task before it opens its first chunk. */
function taskOf(id: number): (chunk: number) => unknown {
  let task = opened.get(id);
  while (!task) {
    const held = receiveMessageOnPort(port);
    if (!held) throw new Error(`task ${id} was opened without its name`);
    const { id: named, name, shared } = held.message as TaskMessage;
    opened.set(named, tasks[name](shared as never));
    task = opened.get(id);
  }
  return task;
}
