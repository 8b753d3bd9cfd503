/**
 * Reads `console` blocks: lines that start with `$ ` are commands, the others are their output. `...` stands for any number of lines,
 * and `…` at the end of a line for the rest of it.
 * Compares an output with such lines: words must be equal, numbers nearly, because processors round differently.
 */

/** @returns {{ command: string, output: string[] }[]} */
export function commandsOf(text) {
  const found = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) found.push({ command: line.slice(2).replace(/\s{2,}# .*$/, ''), output: [] });
    else if (found.length) found.at(-1).output.push(line);
    else throw new Error(`a console block starts with "${line}" and not with a command`);
  }
  return found;
}

/** Returns '' if an output has the expected lines, else the first line that it lacks. */
export function difference(expected, actual) {
  const lines = expected.filter((line) => line.trim());
  const rest = actual.split('\n').filter((line) => line.trim());
  let isGap = false;
  for (const line of lines) {
    if (line.trim() === '...') {
      isGap = true;
      continue;
    }
    const at = isGap ? rest.findIndex((other) => isAlike(line, other)) : 0;
    if (at < 0 || rest[at] === undefined || !isAlike(line, rest[at])) {
      return isGap ? `not found: ${line}` : `expected: ${line} | found: ${rest[0] ?? 'the end'}`;
    }
    rest.splice(0, at + 1);
    isGap = false;
  }
  return isGap || rest.length === 0 ? '' : `not expected: ${rest[0]}`;
}

const NUMBER = /\d(?:[\d,]*\d)?(?:\.\d+)?(?:e[-−]\d+)?/g;

function isAlike(expected, actual) {
  if (expected.endsWith('…')) {
    const start = expected.slice(0, -1);
    return isAlike(start, actual.slice(0, start.length));
  }
  const words = (line) =>
    line
      .replaceAll(NUMBER, '#')
      .replaceAll(/[\s─]+/g, ' ')
      .trim();
  if (words(expected) !== words(actual)) return false;
  // Times and speeds belong to a machine.
  if (/\d s\b|per second|\bMB\b/.test(expected)) return true;
  const numbers = (line) =>
    (line.match(NUMBER) ?? []).map((text) => Number(text.replaceAll(',', '').replace('−', '-')));
  const others = numbers(actual);
  return numbers(expected).every((value, i) => Math.abs(value - others[i]) <= Math.max(0.1 * Math.abs(value), 0.05));
}
