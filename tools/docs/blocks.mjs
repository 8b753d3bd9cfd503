/** Finds the code blocks and commands of Markdown files. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A fenced block, with the marker of the HTML comment before it, if any:
 * `<!-- snippet: after eval -->` runs it after `preludes/eval.ts`, `<!-- snippet: not run: why -->` only lists it.
 *
 * @param {string} root the workspace
 * @param {string} file relative to it
 * @returns {{ where: string, language: string, text: string, marker: string }[]}
 */
export function codeBlocks(root, file) {
  const blocks = [];
  let open;
  let marker = '';
  readFileSync(path.join(root, file), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const fence = /^\s*```(\w*)/.exec(line);
      if (open && fence) {
        blocks.push({ ...open, text: open.text.join('\n') });
        open = undefined;
      } else if (open) open.text.push(line);
      else if (fence) {
        open = { where: `${file}:${index + 1}`, language: fence[1], text: [], marker };
        marker = '';
      } else if (line.trim()) marker = /^<!-- snippet: (.*) -->$/.exec(line.trim())?.[1] ?? '';
    });
  return blocks;
}

/**
 * Every `npm`, `npx` and `nx` command of a Markdown file, in blocks and in the text.
 *
 * @returns {{ where: string, command: string }[]}
 */
export function commands(root, file) {
  const found = [];
  let inBlock = false;
  readFileSync(path.join(root, file), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const where = `${file}:${index + 1}`;
      if (/^\s*```/.test(line)) inBlock = !inBlock;
      const parts = inBlock
        ? line.replace(/\s#\s.*$/, '').split(/\s{2,}(?=np[mx] )/)
        : [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
      for (const part of parts) {
        const command = /^(?:\w+=\S+ )*((?:npm|npx nx|nx) .+)$/.exec(part.trim())?.[1];
        if (command) found.push({ where, command: command.trim() });
      }
    });
  return found;
}
