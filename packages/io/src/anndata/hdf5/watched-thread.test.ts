import { afterEach, describe, expect, test } from '@jest/globals';
import { TimeLimitError, WatchedThread } from './watched-thread.js';

/** Source of a program like `serve`, because the compiled program is not beside the sources. */
const PROGRAM = `
  const { workerData: { port, state }, parentPort } = require('node:worker_threads');
  const methods = {
    add: (a, b) => a + b,
    refuse: () => { throw new Error('no'); },
    spin: () => { for (;;); },
    circle: () => {
      // (module (func (export "f") (loop (br 0))))
      const bytes = [0,97,115,109,1,0,0,0,1,4,1,96,0,0,3,2,1,0,7,5,1,1,102,0,0,10,9,1,7,0,3,64,12,0,11,11];
      new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes))).exports.f();
    },
    idle: (seconds) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000),
  };
  port.on('message', ({ method, args }) => {
    let answer;
    try { answer = { value: methods[method](...args) }; } catch (error) { answer = { failure: error.message }; }
    console.log('this is not printed');
    port.postMessage(answer);
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
  });
  parentPort.postMessage('ready');
`;

describe('a watched thread', () => {
  let thread: WatchedThread;
  const start = async (): Promise<void> => {
    thread = await WatchedThread.start(PROGRAM, { eval: true });
  };
  afterEach(() => thread.end());

  test('returns the result of a method', async () => {
    await start();
    expect([1, 2, 3].map((n) => thread.call('add', [n, 10], 5))).toEqual([11, 12, 13]);
    expect(thread.isSound).toBe(true);
  });

  test('throws the error of the method and remembers it', async () => {
    await start();
    expect(() => thread.call('refuse', [], 5)).toThrow('no');
    expect(thread.isSound).toBe(false);
    expect(thread.call('add', [1, 1], 5)).toBe(2);
  });

  test.each(['spin', 'circle'])('is terminated when it loops forever (%s)', async (method) => {
    await start();
    const began = performance.now();
    expect(() => thread.call(method, [], 0.3)).toThrow(TimeLimitError);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(() => thread.call('add', [1, 1], 5)).toThrow(/did not finish within \d\.\d s of computing/);
  });

  test('may wait for longer than its computing time', async () => {
    await start();
    expect(thread.call('idle', [0.8], 0.4)).toBe('timed-out');
  });
});
