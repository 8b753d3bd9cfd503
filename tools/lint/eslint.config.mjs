import js from '@eslint/js';
import { fileURLToPath } from 'node:url';
import nx from '@nx/eslint-plugin';
import ts from 'typescript-eslint';
import { layerRule, layers } from './boundaries.mjs';
import { packageEntries, wingRule, wings } from './wings.mjs';

export default ts.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'docs/.vitepress/cache/**',
      '**/venv/**',
      '**/{apps,tools}/*/results/**',
    ],
  },
  js.configs.recommended,
  ts.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx, workspace: { rules: { layers: layerRule, wings: wingRule } } },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // The `imports` of a package, by which a file has a variant for browsers.
          allow: ['#*'],
          depConstraints: Object.entries(layers).map(([layer, allowed]) => ({
            sourceTag: `layer:${layer}`,
            onlyDependOnLibsWithTags: [layer, ...allowed].map((name) => `layer:${name}`),
          })),
        },
      ],
      'workspace/layers': 'error',
      'workspace/wings': 'error',
      'no-restricted-imports': ['error', { patterns: [packageEntries] }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Taking a field out of an object, `{ field, ...rest }`, leaves its name unused by design.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
    },
  },
  ...wings,
  {
    // Rules that need types; each package's tsconfig.json gives them.
    files: ['**/src/**/*.ts'],
    languageOptions: {
      parserOptions: {
        // The page has the types of a browser, which the packages must not use.
        project: ['../../tsconfig.json', '../../apps/explorer/tsconfig.json'].map((file) =>
          fileURLToPath(new URL(file, import.meta.url)),
        ),
      },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
    },
  },
  {
    // libsvm-js and ml-svm have no types of their own, and an import cannot load the declarations in packages/baselines/types.
    files: ['**/src/**/{libsvm,mljs}.ts'],
    rules: { '@typescript-eslint/triple-slash-reference': ['error', { path: 'always' }] },
  },
  {
    // Text from data files must not reach a terminal as it is; these files escape it.
    files: ['**/src/**/*.ts'],
    ignores: [
      '**/src/run/{terminal,interruption}.ts',
      '**/src/{,cli/}main.ts',
      '**/src/progress/progress-line.ts',
      '**/*.test.ts',
      '**/testing/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'stdout', message: 'Print with printText, which escapes what files hold.' },
        { object: 'process', property: 'stderr', message: 'Throw an error, or report progress.' },
      ],
    },
  },
  {
    files: ['**/public/*.js'],
    languageOptions: { globals: { self: 'readonly', caches: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { __dirname: 'readonly', module: 'writable', require: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        Buffer: 'readonly',
        console: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
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
