import { fileURLToPath } from 'node:url';
import { undeclaredSubpaths } from './boundaries.mjs';

/** The entries of other packages: `index.ts`, and the subpaths that a package declares in `exports`. */
export const packageEntries = {
  regex: undeclaredSubpaths(fileURLToPath(new URL('../../packages', import.meta.url))),
  message: 'Import the package, or a subpath that its package.json exports.',
};

/** The wings of packages/io, and the folder of what several of them need. */
const folders = ['anndata', 'datasets', 'checkpoints', 'base'];

/**
 * Wings do not import each other, nor the package's own entry, which has all of them; `base` imports no wing.
 * Rules of a later block replace those of an earlier one, so each repeats `packageEntries`.
 */
export const wings = folders.map((folder) => {
  const others = folders.filter((other) => other !== folder && other !== 'base').join('|');
  const regex = `^(\\.\\./)+((${others})/|index\\.js$)|^@geneformer-ts/io(/|$)`;
  const message = `${folder}/ may import base/ and @geneformer-ts/core, but not the (other) wings of this package.`;
  return {
    files: [`**/src/${folder}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [packageEntries, { regex, message }] }],
      'no-restricted-syntax': [
        'error',
        { selector: `ImportExpression > Literal[value=/${regex.replaceAll('/', '\\/')}/]`, message },
      ],
    },
  };
});
