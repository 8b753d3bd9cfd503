import { createNodesFromFiles } from '@nx/devkit';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assertKnownProfile, stageTargets } from './experiments.mjs';

/**
 * Gives every package its targets, so that no package repeats how it is built, checked, linted or tested, and gives the study one
 * cached target per stage, read from `apps/reproduce/experiments/*.yaml`.
 */
export const createNodesV2 = [
  '{packages/*,apps/*,tools/*,data}/package.json',
  (files, options, context) => createNodesFromFiles(inferProject, files, options, context),
];

/** Nx runs the default profile when it does not know the one that was asked for; a study must not. */
export const preTasksExecution = (_options, { argv, workspaceRoot }) =>
  assertKnownProfile(path.join(workspaceRoot, 'apps/reproduce'), argv);

/** Nx leaves with 130, as if interrupted, when a failed stage kept others from running; a failure is 1. */
export const postTasksExecution = (_options, { taskResults }) => {
  const failed = Object.values(taskResults).find(({ status }) => status === 'failure');
  if (failed) throw new Error(`${failed.task.id} failed; what it printed above says why`);
};

const source = [
  '{projectRoot}/src/**/*',
  '{projectRoot}/*.mjs',
  '{projectRoot}/package.json',
  '{projectRoot}/tsconfig.json',
];
const sharedSource = ['{workspaceRoot}/tsconfig.base.json', '{workspaceRoot}/pnpm-lock.yaml'];

function inferProject(file, _options, { workspaceRoot }) {
  const root = path.dirname(file);
  if (!existsSync(path.join(workspaceRoot, root, 'tsconfig.json'))) {
    const hasTests = readdirSync(path.join(workspaceRoot, root)).some((name) => name.endsWith('.test.mjs'));
    return { projects: { [root]: { targets: { lint: lint(root), ...(hasTests ? { test: test() } : {}) } } } };
  }
  const { nx } = JSON.parse(readFileSync(path.join(workspaceRoot, file), 'utf8'));
  const isApp = root.startsWith('apps/');
  return {
    projects: {
      [root]: {
        projectType: isApp ? 'application' : 'library',
        targets: {
          build: build(isApp),
          typecheck: check('tsc -p {projectRoot}'),
          lint: lint(root),
          test: test(),
          ...(nx?.name === 'reproduce' ? stageTargets(path.join(workspaceRoot, root)) : {}),
        },
      },
    },
  };
}

function build(isApp) {
  return {
    executor: 'nx:run-commands',
    cache: true,
    dependsOn: ['^build'],
    inputs: [
      '{projectRoot}/src/**/!(*.test).ts',
      '{projectRoot}/package.json',
      '{projectRoot}/tsconfig.json',
      ...sharedSource,
      '{workspaceRoot}/tools/build/**/*',
      { dependentTasksOutputFiles: '**/*.{js,d.ts}', transitive: true },
    ],
    outputs: ['{projectRoot}/dist'],
    options: {
      commands: [
        'node tools/build/build.mjs {projectRoot}',
        ...(isApp ? ['node tools/build/fingerprint.mjs {projectRoot}'] : []),
      ],
      parallel: false,
    },
  };
}

/** Type checks read the other packages' sources, so they need nothing built. */
function check(command) {
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [...source, ...sharedSource, '^source'],
    options: { command },
  };
}

function lint(root) {
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [...source, ...sharedSource, '{workspaceRoot}/tools/lint/**/*', '^source'],
    options: {
      command: `eslint -c ${path.posix.relative(root, 'tools/lint/eslint.config.mjs')} .`,
      cwd: '{projectRoot}',
    },
  };
}

function test() {
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [
      ...source,
      ...sharedSource,
      '{projectRoot}/{fixtures,conformance}/**/*',
      '{workspaceRoot}/tools/jest/**/*',
      '^source',
      { env: 'GENEFORMER_DATA' },
    ],
    outputs: ['{workspaceRoot}/.test-results/{projectName}.json'],
    options: {
      command:
        'node --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js -c tools/jest/jest.config.mjs --rootDir {projectRoot} --json --outputFile .test-results/{projectName}.json',
    },
  };
}
