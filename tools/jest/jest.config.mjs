import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

// Where the tests of a package leave their report; jest does not make it, and fails for want of it in a fresh clone.
mkdirSync(here('../../.test-results'), { recursive: true });

/** One configuration for every package; the caller gives `--rootDir`. */
export default {
  testEnvironment: here('environment.mjs'),
  testEnvironmentOptions: {
    customExportConditions: ['@geneformer-ts/source', 'node', 'node-addons'],
    // TensorFlow.js keeps its engine in a global, and finalizers may look at it after a test file is over.
    globalsCleanup: 'off',
  },
  testMatch: ['<rootDir>/src/**/*.test.ts', '<rootDir>/**/*.test.mjs'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': here('transform.mjs') },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // A hang must end, and a machine that others use as well must not fail for being slow.
  testTimeout: 300_000,
};
