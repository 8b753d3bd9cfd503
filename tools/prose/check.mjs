/**
 * Checks the English of the workspace: `node tools/prose/check.mjs`, or of some folders:
 * `node tools/prose/check.mjs packages/io`. Fails with one line per problem; long sentences and comments are counted only.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { documents, ignored } from './config.mjs';
import { isLongComment, longSentences, problemsOf } from './rules.mjs';
import { unknownWords } from './spelling.mjs';
import { textsOf } from './texts.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const given = process.argv.slice(2).map((name) => path.relative(root, path.resolve(name)));
const files = (given.length ? given : documents)
  .flatMap(filesBelow)
  .filter((file) => /\.(?:md|ts|mjs|cjs)$/.test(file) && !ignored.some((name) => file.startsWith(name)));

const counts = { problems: 0, longSentences: 0, longComments: 0 };
for (const file of files) {
  for (const text of textsOf(file, readFileSync(path.join(root, file), 'utf8'))) {
    const unknown = unknownWords(text.text).map((found) => ({
      rule: 'unknown word',
      found,
      remedy: 'correct it, or add it to tools/prose/words.txt',
    }));
    for (const { rule, found, remedy } of [...problemsOf(text), ...unknown]) {
      counts.problems++;
      console.error(`${file}:${text.line}: ${rule} in ${text.kind}: "${found}"; ${remedy}`);
    }
    if (file.endsWith('README.md')) counts.longSentences += longSentences(text).length;
    if (isLongComment(text)) counts.longComments++;
  }
}
console.log(
  `${files.length} files: ${counts.problems} problems; not counted as problems: ${counts.longSentences} sentences of more than 25 words ` +
    `in READMEs, ${counts.longComments} comments of more than two lines`,
);
process.exitCode = counts.problems ? 1 : 0;

function filesBelow(name) {
  if (/(?:^|\/)(?:node_modules|dist|fixtures|results|snippets|venv|docs\/api)$/.test(name)) return [];
  if (!statSync(path.join(root, name)).isDirectory()) return [name];
  return readdirSync(path.join(root, name)).flatMap((entry) => filesBelow(path.join(name, entry)));
}
