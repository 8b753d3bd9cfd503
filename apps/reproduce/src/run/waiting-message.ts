import { printable } from '@geneformer-ts/core';
import type { LockRecord } from './lock-file.js';
import type { StageIdentity } from './stage.js';

/** Returns the message for a run that waits for another process. */
export function waitingMessage(holder: LockRecord, { experiment, profile }: StageIdentity): string {
  const { stage, host, pid, since } = holder;
  const where = printable(`process ${pid} on ${host}`, 200);
  return printable(
    `${stage}: ${where} is running this stage of ${experiment}:${profile} (started ${since}); waiting for its result`,
  );
}
