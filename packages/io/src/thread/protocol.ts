import type { MessagePort } from 'node:worker_threads';

/** What a watched thread is given when it starts. */
export interface ThreadBrief {
  /** Where questions come in and answers go out. */
  port: MessagePort;
  /** One number, `ASKED` until the answer is on its way. */
  state: Int32Array;
}

export interface Question {
  method: string;
  args: unknown[];
}

/** `failure` is the message of what was thrown. */
export type Answer = { value: unknown } | { failure: string };

export const ASKED = 0;
export const ANSWERED = 1;
