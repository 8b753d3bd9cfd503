import path from 'node:path';
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

/** By package, its wings and the other wings that each may import. */
const order = {
  model: {
    bert: [],
    data: [],
    checkpoint: ['bert'],
    models: ['bert', 'checkpoint', 'data'],
    inference: ['bert', 'data', 'models'],
    training: ['bert', 'checkpoint', 'data', 'models', 'inference'],
  },
};

/** Refuses imports between wings that `order` does not list, and imports of the package's own entry; tests are exempt. */
export const wingRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = context.filename.replaceAll('\\', '/');
    const [, name, place] = /packages\/([^/]+)\/src\/(.+)$/.exec(file) ?? [];
    const [wing] = place?.split('/') ?? [];
    const allowed = order[name]?.[wing];
    if (!allowed || place.endsWith('.test.ts')) return {};
    const check = ({ source }) => {
      const specifier = String(source?.value ?? '');
      const target = specifier.startsWith('.') ? path.posix.join(path.posix.dirname(place), specifier) : specifier;
      const [folder, ...rest] = target.split('/');
      const isEntry = target === 'index.js' || new RegExp(`^@geneformer-ts/${name}(/|$)`).test(target);
      const isOther = specifier.startsWith('.') && rest.length > 0 && folder !== wing && !allowed.includes(folder);
      if (!isEntry && !isOther) return;
      const message = `${wing}/ may import only these wings of packages/${name}: ${allowed.join(', ') || 'none'} (tools/lint/wings.mjs).`;
      context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
    };
  },
};
