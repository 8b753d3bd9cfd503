import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { computeSettings } from '../run/compute.js';
import type { Environment } from './metrics.js';

/** Returns the properties of the machine and the code that may matter for repeating a result. */
export function describeEnvironment(): Environment {
  const { backend, device } = computeSettings();
  return {
    node: process.version,
    backend,
    device: device ?? 'cpu',
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: availableParallelism(),
    commit: commit(),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown'; // not a git checkout
  }
}
