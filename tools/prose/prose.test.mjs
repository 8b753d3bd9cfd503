import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLongComment, longSentences, problemsOf } from './rules.mjs';
import { unknownWords } from './spelling.mjs';
import { textsOf } from './texts.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const rulesOf = (text) => problemsOf({ kind: 'document', text }).map(({ rule }) => rule);

describe('rules', () => {
  test.each([
    ['distributive a', 'It writes one value a row.'],
    ['distributive a', 'The model reads 256 tokens a cell.'],
    ['distributive a', 'The loss is read once a step.'],
    ['is no', 'The column holds -1, which is no count.'],
    ['is no', '• is no number.'],
    ['free relative clause', 'What is pending is compiled.'],
    ['free relative clause', 'The graph is kept. What a shape costs is measured.'],
    ['free relative clause', 'Whoever calls it closes the file.'],
    ['metaphor', 'Each factor has a twin of the other class.'],
    ['metaphor', 'This says how the house is built.'],
    ['metaphor', 'Cell lines that any method tells apart; cell lines that classifiers tell apart.'],
    ['metaphor', 'A run that is gone on with stops there.'],
    ['British spelling', 'It tokenises cells.'],
    ['British spelling', 'The colours of a figure.'],
    ['there is no', 'Throws if there are no cells.'],
    ['there is no', 'There is no such folder.'],
    ['British spelling', 'The artefacts are kept.'],
    ['British spelling', 'It analyses cells and analysed them.'],
  ])('%s: %s', (rule, text) => {
    expect(rulesOf(text)).toContain(rule);
  });

  test.each([
    'It writes one value per row.',
    'One row of a file has one value.',
    'Tests that name a fold read two lines of a file.',
    'The file has no column of that name.',
    'The value is no longer used.',
    '• is not a number.',
    'What does it return?',
    'Shapes are padded, so that it is precise, wise and otherwise concise.',
    'It raised the promise and revised the exercise.',
  ])('nothing in: %s', (text) => {
    expect(rulesOf(text)).toEqual([]);
  });

  test('headings may begin with What', () => {
    const [problem] = textsOf('a.md', '# What is real').flatMap(problemsOf);
    expect(problem).toBeUndefined();
  });

  test('sentences of more than 25 words are counted', () => {
    const sentence = (words) => `${'word '.repeat(words - 1)}end.`;
    expect(longSentences({ text: `${sentence(25)} A ${sentence(25)}` })).toHaveLength(1);
  });
});

describe('spelling', () => {
  test('unknown words are found, British ones among them', () => {
    expect(unknownWords('The quik tokenizer has a behaviour.')).toEqual(['quik', 'behaviour']);
  });

  test('words of the field, names with digits, capitals inside, files and short forms are left alone', () => {
    expect(unknownWords('Geneformer pretrains on scRNA-seq h5ad files, see fitAll, cells.dataset and PBMC3k.')).toEqual(
      [],
    );
  });
});

describe('texts', () => {
  test('of Markdown are paragraphs, headings, items and cells of tables, without code', () => {
    const content =
      '# A title\n\nOne line\nand `code` another.\n\n```\nskipped code\n```\n\n- an item\n\n| a cell | b |\n';
    expect(textsOf('a.md', content).map(({ line, text }) => [line, text])).toEqual([
      [1, 'A title'],
      [3, 'One line and • another.'],
      [10, 'an item'],
      [12, 'a cell'],
      [12, 'b'],
    ]);
  });

  test('of sources are comments and strings of several words, without examples and paths', () => {
    const content = [
      "import x from './some path to.js';",
      '/**',
      ' * Reads a file.',
      ' *',
      ' * @example',
      ' * const skipped = example;',
      ' */',
      'export const name = "key";',
      'throw new Error(`file ${name} was not found here`);',
      '// one',
      '// two',
      '// three',
      'const re = /a "quoted" b/; // trailing',
    ].join('\n');
    const texts = textsOf('a.ts', content);
    expect(texts.map(({ kind, line, text }) => [kind, line, text])).toEqual([
      ['string', 9, 'file • was not found here'],
      ['doc comment', 2, 'Reads a file.'],
      ['comment', 10, 'one two three'],
      ['comment', 13, 'trailing'],
    ]);
    expect(texts.filter(isLongComment).map(({ line }) => line)).toEqual([10]);
  });
});

describe('the check', () => {
  const planted = [
    ['README.md', 'One value a row.', 'distributive a in document: "One value a row"; say "per"'],
    ['no.ts', '/** It is no count. */', 'is no in doc comment: "is no count"; say "is not a"'],
    [
      'who.ts',
      '// Whoever calls it pays.',
      'free relative clause in comment: "Whoever calls it pays."; name the subject',
    ],
    ['house.ts', "throw Error('the house of this file');", `metaphor in string: "house"; use the field's word`],
    ['ise.mjs', '// It normalises rows.', 'British spelling in comment: "normalises"; write it with z'],
    ['quik.md', 'A quik word.', 'unknown word in document: "quik"; correct it, or add it to tools/prose/words.txt'],
  ];
  let folder;
  let ended;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'prose-'));
    for (const [name, content] of planted) writeFileSync(path.join(folder, name), content);
    ended = spawnSync(process.execPath, [path.join(here, 'check.mjs'), folder], { encoding: 'utf8' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('fails', () => {
    expect(ended.status).toBe(1);
  });

  test.each(planted)('names the line of %s', (name, _, message) => {
    expect(ended.stderr).toContain(`${name}:1: ${message}\n`);
  });
});
