import type { Estimate } from '../estimate/estimate.js';
import { duration, size } from '../progress/progress-line.js';
import type { CommandResult } from './command.js';
import { count, facts } from './text.js';

/** Shows an estimate; the same for every command that has one. */
export function estimateResult(estimate: Estimate): CommandResult {
  const { cells, tokensPerCell, seconds, bytes, diskBytes } = estimate;
  const text = facts([
    ['cells', `${count(cells)}, ${count(tokensPerCell)} genes per cell`],
    ['time', `about ${duration(seconds)}`],
    ['memory', `about ${size(bytes)}`],
    ['temporary', `${size(diskBytes)} on disk`],
  ]);
  return { json: estimate, text: `estimate, from the first cells\n${text}` };
}
