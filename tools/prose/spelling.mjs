/** American English, the words of programs, and those of the field in `words.txt`. */
import { decodeTrie } from 'cspell-trie-lib';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const inside = (name, file) => new URL(`./node_modules/${name}/${file}`, import.meta.url);

const english = decodeTrie(gunzipSync(readFileSync(inside('@cspell/dict-en_us', 'en_US.trie.gz'))));
const lines = (text) =>
  text.split('\n').map((line) =>
    line
      .replace(/\s*#.*$/, '')
      .trim()
      .toLowerCase(),
  );
const known = new Set([
  ...lines(gunzipSync(readFileSync(inside('@cspell/dict-software-terms', 'dict/softwareTerms.txt.gz'))).toString()),
  ...lines(readFileSync(new URL('./words.txt', import.meta.url), 'utf8')),
]);
const checked = new Map();

/** The words of a text that are in no dictionary. Names with digits, capitals inside or dots are not words. */
export function unknownWords(text) {
  const found = [];
  for (const token of text.split(/[\s—–…/|=+→×·"“”()[\],;!?•]+/)) {
    const bare = token.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
    if (/[^\p{L}'’-]/u.test(bare)) continue;
    for (const part of bare.split('-')) {
      const word = part.replace(/['’]s?$/, '');
      if (word.length < 4 || /.\p{Lu}/u.test(word) || /[^a-z'’]/i.test(word)) continue;
      if (!isKnown(word)) found.push(word);
    }
  }
  return found;
}

function isKnown(word) {
  let answer = checked.get(word);
  if (answer === undefined) {
    const lower = word.toLowerCase();
    answer =
      known.has(lower) ||
      english.hasWord(word, true) ||
      english.hasWord(lower, true) ||
      (lower.endsWith('s') && known.has(lower.slice(0, -1)));
    checked.set(word, answer);
  }
  return answer;
}
