import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import ts from 'typescript-eslint';

/** Which package may import which; the lint fails on an import that is not listed here. */
const layers = {
  core: [],
  io: ['core'],
  tokenizer: ['core', 'io'],
  engine: ['core'],
  model: ['core', 'io', 'engine'],
  baselines: ['core', 'eval'],
  eval: ['core'],
  viz: ['core'],
  simulate: ['core', 'io'],
  reproduce: ['core', 'io', 'tokenizer', 'engine', 'model', 'baselines', 'eval', 'viz', 'simulate'],
};

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/{apps,tools}/*/results/**'] },
  js.configs.recommended,
  ts.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: Object.entries(layers).map(([layer, allowed]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: [layer, ...allowed].map((name) => `layer:${name}`),
          })),
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^@geneformer-ts/(?!core/node$)[^/]+/', message: 'A package is its index.ts; import that.' },
          ],
        },
      ],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Taking a field out of an object, `{ field, ...rest }`, leaves its name unused by design.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
    },
  },
  {
    // libsvm-js and ml-svm have no types of their own, and an import cannot load the declarations in packages/baselines/types.
    files: ['**/src/{libsvm,mljs}.ts'],
    rules: { '@typescript-eslint/triple-slash-reference': ['error', { path: 'always' }] },
  },
  {
    // Text from data files must not reach a terminal as it is; these files escape it.
    files: ['**/src/**/*.ts'],
    ignores: ['**/src/run/{print,terminal,interruption}.ts', '**/src/main.ts', '**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'stdout', message: 'Print with printText, which escapes what files hold.' },
        { object: 'process', property: 'stderr', message: 'Throw an error, or report progress.' },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        Buffer: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
      },
    },
  },
);
