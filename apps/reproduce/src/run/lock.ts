import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StageBusyError } from '../errors.js';

/**
 * Keeps two processes from working in one folder. A lock whose owner has died (a killed run) is taken over.
 * @returns a function that gives the lock back
 */
export function lockDirectory(folder: string, stage: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, '.lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(file, 'utf8'));
      if (owner && owner !== process.pid && isAlive(owner)) throw new StageBusyError(stage, owner);
      rmSync(file, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
