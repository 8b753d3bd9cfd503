/** Which package may import which, and by which names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const packages = {
  core: [],
  io: ['core'],
  hub: ['core'],
  model: ['core', 'io', 'engine'],
  tokenizer: ['core', 'io'],
  engine: ['core'],
  analysis: ['core'],
  baselines: ['core', 'analysis', 'eval'],
  eval: ['core'],
  viz: ['core'],
  perturb: ['core', 'engine', 'eval', 'model', 'tokenizer'],
  simulate: ['core', 'io'],
  mini: [],
  page: ['core', 'mini'],
};

/** By layer, the layers that it may import; the lint fails on any other import. */
export const layers = {
  ...packages,
  geneformer: Object.keys(packages),
  reproduce: Object.keys(packages),
  explorer: ['geneformer', ...Object.keys(packages)],
};

/**
 * Returns a pattern that matches imports below a package, `@geneformer-ts/io/x`, unless the package declares that subpath in its
 * `exports`.
 *
 * @param {string} folder where the packages are
 */
export function undeclaredSubpaths(folder) {
  const declared = readdirSync(folder)
    .map((name) => path.join(folder, name, 'package.json'))
    .filter((file) => existsSync(file))
    .flatMap((file) => {
      const { name, exports } = JSON.parse(readFileSync(file, 'utf8'));
      const subpaths = Object.keys(exports ?? {}).filter((key) => key.startsWith('./'));
      return subpaths.map((key) => `${name}${key.slice(1)}`.replaceAll('.', '\\.').replaceAll('*', '.+'));
    });
  const none = '(?!)';
  return `^(?!(?:${declared.join('|') || none})$)@geneformer-ts/[^/]+/`;
}

/** Refuses imports of layers that are not listed, by any subpath: `@nx/enforce-module-boundaries` sees only whole packages. */
export const layerRule = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const [, layer] = /(?:packages|apps)\/([^/]+)\//.exec(context.filename.replaceAll('\\', '/')) ?? [];
    const allowed = layers[layer];
    if (!allowed) return {};
    const check = ({ source }) => {
      const [, imported] = /^@geneformer-ts\/([^/]+)/.exec(source?.value ?? '') ?? [];
      if (!imported || imported === layer || allowed.includes(imported)) return;
      const message = `${layer} may import only: ${allowed.join(', ') || 'no other package'} (tools/lint/boundaries.mjs).`;
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
