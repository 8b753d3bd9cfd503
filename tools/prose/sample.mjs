/**
 * Draws doc comments and error messages for an editor to read: `node tools/prose/sample.mjs --seed 1 --count 20`.
 * The same seed draws the same texts from the same sources. Code in the texts is left out, as in the check.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { textsOf } from './texts.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '20' } },
});

const sources = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(path.join(root, folder), { recursive: true })
    .map((file) => path.join(folder, file))
    .filter((file) => /\/src\/.*\.ts$/.test(file) && !/\.test\.ts$|\/testing\/|node_modules/.test(file)),
);
const comments = [];
const messages = [];
for (const file of sources.sort()) {
  const content = readFileSync(path.join(root, file), 'utf8');
  for (const { kind, line, text } of textsOf(file, content)) {
    if (kind === 'doc comment' && !/^(?:\w+Error(?:, )?)+$/.test(text)) comments.push({ file, line, text });
  }
  messages.push(...messagesOf(file, content));
}
for (const [name, texts] of [
  ['Doc comments', comments],
  ['Error messages', messages],
]) {
  console.log(`${name} (${values.count} of ${texts.length}, seed ${values.seed})`);
  for (const { file, line, text } of draw(texts)) console.log(`- ${file}:${line}: ${text}`);
}

/** Chooses the texts with the smallest digests, so that an edit of one text does not change the choice of the others. */
function draw(texts) {
  const digest = ({ file, text }) => createHash('sha256').update(`${values.seed}\n${file}\n${text}`).digest('hex');
  return texts
    .map((text) => ({ text, digest: digest(text) }))
    .sort((a, b) => (a.digest < b.digest ? -1 : 1))
    .slice(0, Number(values.count))
    .map(({ text }) => text);
}

/** Returns the arguments of every `new …Error(…)` that holds words; `…` stands for a value. */
function messagesOf(file, content) {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isNewExpression(node) && /Error$/.test(node.expression.getText(source))) {
      const parts = (node.arguments ?? []).flatMap(wordsOf).filter((part) => part.includes(' '));
      if (parts.length) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        found.push({ file, line: line + 1, text: parts.join(' | ').replace(/\s+/g, ' ') });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function wordsOf(node) {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join('')];
  }
  if (ts.isBinaryExpression(node)) return [[...wordsOf(node.left), ...wordsOf(node.right)].join('')];
  return ts.isConditionalExpression(node) ? [...wordsOf(node.whenTrue), ...wordsOf(node.whenFalse)] : [];
}
