import { duration, size } from '../../progress/progress-line.js';
import type { CommandResult } from '../command.js';
import { count, facts, page } from '../text.js';
import type { Estimate } from './estimate-run.js';

/** Shows an estimate; the same for every command that has one. */
export function estimateResult(command: string, estimate: Estimate): CommandResult {
  const { cells, seconds, bytes, measured } = estimate;
  const text = facts([
    ['cells', count(cells)],
    ['time', `about ${duration(seconds)}`],
    ['memory', `about ${size(bytes)}`],
    ['measured', `on ${count(measured.cells)} cells, in ${duration(measured.seconds)}`],
  ]);
  return { json: estimate, text: page(`estimate of geneformer ${command}`, text) };
}
