import { expect, test } from '@jest/globals';
import { Linter } from 'eslint';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const rules = new URL('../../../tools/lint/wings.mjs', import.meta.url).href;
const { wings } = (await import(rules)) as { wings: Linter.Config[] };

/** Returns the messages of the lint for an import in a file of packages/io. */
function lint(file: string, statement: string): string[] {
  return new Linter().verify(statement, wings, { filename: `packages/io/src/${file}` }).map(({ message }) => message);
}

test.each([
  ['anndata/open-cells.ts', "import { openDataset } from '../datasets/read.js';"],
  ['anndata/h5ad/open.ts', "import { readSafetensors } from '../../checkpoints/safetensors.js';"],
  ['anndata/h5ad/open.ts', "export { openDataset } from '../../datasets/index.js';"],
  ['anndata/h5ad/open.ts', "export const loading = import('../../datasets/read.js');"],
  ['datasets/read.ts', "import { openAnnData } from '../anndata/open-cells.js';"],
  ['checkpoints/torch/open.ts', "import { openAnnData } from '../../anndata/open-cells.js';"],
  ['checkpoints/open.ts', "import { openAnnData } from '../index.js';"],
  ['checkpoints/open.ts', "import { openAnnData } from '@geneformer-ts/io';"],
  ['checkpoints/open.ts', "import { openAnnData } from '@geneformer-ts/io/anndata';"],
  ['base/text.ts', "import { openAnnData } from '../anndata/open-cells.js';"],
])('%s: %s is refused', (file, statement) => {
  expect(lint(file, statement)).toEqual([expect.stringMatching(/may import base\/ and @geneformer-ts\/core/)]);
});

test.each([
  ['anndata/open-cells.ts', "import { readBytes } from '../base/bytes.js';"],
  ['anndata/h5ad/open.ts', "import { openAnnData } from '../open-cells.js';"],
  ['checkpoints/torch/open.ts', "import { fileError } from '@geneformer-ts/core/node';"],
  ['base/text.ts', "import { readBytes } from './bytes.js';"],
])('%s: %s is allowed', (file, statement) => {
  expect(lint(file, statement)).toEqual([]);
});

test('the rule covers every folder except the test helpers', () => {
  const folders = readdirSync(fileURLToPath(new URL('.', import.meta.url)), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory() && entry.name !== 'testing').map(({ name }) => name);
  const ruled = wings.flatMap(({ files }) => files).map((pattern) => String(pattern).split('/')[2]);
  expect(ruled.sort()).toEqual(names.sort());
});
