import { expect, test } from '@jest/globals';
import { Linter, type Rule } from 'eslint';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const rules = new URL('../../../tools/lint/wings.mjs', import.meta.url).href;
const { wingRule } = (await import(rules)) as { wingRule: Rule.RuleModule };

/** Returns the messages of the lint about an import in a file of this package. */
function lint(file: string, statement: string): string[] {
  const config: Linter.Config = {
    files: ['**/*.ts'],
    plugins: { own: { rules: { wings: wingRule } } },
    rules: { 'own/wings': 'error' },
  };
  return new Linter()
    .verify(statement, config, { filename: `packages/model/src/${file}` })
    .map(({ message }) => message);
}

test.each([
  ['bert/layout.ts', "import { toFile } from '../checkpoint/state-dict.js';"],
  ['bert/layout.ts', "export { BertModel } from '../models/model.js';"],
  ['bert/layout.ts', "export const loading = import('../data/cells.js');"],
  ['bert/layout.ts', "import { BertModel } from '../index.js';"],
  ['bert/layout.ts', "import { BertModel } from '@geneformer-ts/model';"],
  ['data/cells.ts', "import { parseConfig } from '../bert/config.js';"],
  ['checkpoint/state-dict.ts', "import { BertModel } from '../models/model.js';"],
  ['checkpoint/state-dict.ts', "import { cellsDigest } from '../data/cells.js';"],
  ['models/model.ts', "export * from '../inference/predict.js';"],
  ['models/model.ts', "import { cellsOf } from '../testing/cells.js';"],
  ['inference/predict.ts', "import { train } from '../training/trainer.js';"],
])('%s: %s is refused', (file, statement) => {
  expect(lint(file, statement)).toEqual([expect.stringMatching(/may import only these wings of packages\/model/)]);
});

test.each([
  ['bert/layout.ts', "import { parseConfig } from './config.js';"],
  ['bert/layout.ts', "import { ConfigError } from '../errors.js';"],
  ['checkpoint/state-dict.ts', "import { encoderLayout } from '../bert/layout.js';"],
  ['models/model.ts', "import { toFile } from '../checkpoint/state-dict.js';"],
  ['inference/predict.ts', "import { BertModel } from '../models/model.js';"],
  ['training/trainer.ts', "import { predict } from '../inference/predict.js';"],
  ['training/trainer.ts', "import { openCheckpoint } from '@geneformer-ts/io/checkpoints';"],
  ['bert/layout.test.ts', "import { BertModel } from '../models/model.js';"],
])('%s: %s is allowed', (file, statement) => {
  expect(lint(file, statement)).toEqual([]);
});

test('every folder except the test helpers is a wing', () => {
  const folders = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory() && entry.name !== 'testing').map(({ name }) => name);
  for (const name of names) expect(lint(`${name}/any.ts`, "import '../index.js';")).toHaveLength(1);
});
