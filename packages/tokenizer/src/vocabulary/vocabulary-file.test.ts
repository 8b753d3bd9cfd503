import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { VocabularyError } from '../errors.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { ensg, smallVocabulary } from '../testing/vocabularies.js';
import { readVocabulary, saveVocabulary } from './vocabulary-file.js';

const at = temporaryFolder();
const vocabulary = smallVocabulary({
  medians: { [ensg(1)]: 0.1 + 0.2, [ensg(2)]: 1 / 3 },
  symbols: { ACTB: ensg(1) },
  mapping: { [ensg(7)]: ensg(2) },
});

describe('saveVocabulary and readVocabulary', () => {
  test('return what was saved, medians to the last bit', async () => {
    await saveVocabulary(at('v.json'), vocabulary);
    expect(await readVocabulary(at('v.json'))).toEqual(vocabulary);
  });

  test('handle a vocabulary without cls and eos', async () => {
    const plain = smallVocabulary({ medians: { [ensg(1)]: 2 }, specials: 2 });
    await saveVocabulary(at('plain.json'), plain);
    expect(await readVocabulary(at('plain.json'))).toEqual(plain);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['another gene', (text) => text.replace(ensg(2), ensg(3)), /field digest is .*, but the content has/],
    ['another median', (text) => text.replace('0.3333333333333333', '0.33333333333333'), /field medianDigest is/],
    [
      'a median that is not a number',
      (text) => text.replace('0.3333333333333333', '"x"'),
      /medians is not a list of numbers/,
    ],
    [
      'no medians',
      (text) => text.replace(/"medians":\[[^\]]*\]/, '"medians":[]'),
      /field medians has 0 medians for 2 genes; write the vocabulary again/,
    ],
    [
      'another format',
      (text) => text.replace('"schema":1', '"schema":2'),
      /schema 2; expected "geneformer-ts vocabulary", schema 1; give a file/,
    ],
    ['half of its text', (text) => text.slice(0, text.length / 2), /is not JSON; write the vocabulary again/],
    ['only null', () => 'null', /format is undefined/],
  ])('refuse a file with %s, and name it', async (name, change, message) => {
    await saveVocabulary(at('good.json'), vocabulary);
    const path = at(`${name}.json`);
    await writeFile(path, change(await readFile(at('good.json'), 'utf8')));
    await expect(readVocabulary(path)).rejects.toThrow(VocabularyError);
    await expect(readVocabulary(path)).rejects.toThrow(message);
    await expect(readVocabulary(path)).rejects.toThrow(path);
  });

  test('refuse an absent file', async () => {
    await expect(readVocabulary(at('none.json'))).rejects.toThrow(/none\.json: no such file or folder; check the path/);
  });

  test('refuse a named pipe at once', async () => {
    execFileSync('mkfifo', [at('pipe.json')]);
    await expect(readVocabulary(at('pipe.json'))).rejects.toThrow(/pipe\.json: is a named pipe/);
  });
});
