import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/**
 * Parses an experiment file.
 * @throws RangeError for nesting so deep that the parser would end the process; the stage that reads the file says so
 */
export function parseExperiment(file) {
  const text = readFileSync(file, 'utf8');
  if (/(?:[[{]\s*){50}/.test(text) || /^(?: |[-?:](?=\s)){200}/m.test(text)) throw new RangeError('nesting');
  return parse(text, { merge: true });
}
