import { createNodesFromFiles } from '@nx/devkit';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { endNxWithLauncher, WITHIN_TASK } from './end-with-launcher.mjs';
import { assertKnownProfile, studyTargets } from './experiments.mjs';
import { hasLostLauncher, isNx, launchersOf, readProcess } from './process-chain.mjs';

/**
 * Gives every package its targets, so that no package repeats how it is built, checked, linted or tested, and gives the study one
 * target per profile, read from `apps/reproduce/experiments/*.yaml`.
 */
export const createNodesV2 = [
  '{packages/*,apps/*,tools/*,data,examples}/package.json',
  (files, options, context) => createNodesFromFiles(inferProject, files, options, context),
];

/** Nx runs the default profile when it does not know the one that was asked for; a study must not. */
export const preTasksExecution = (_options, { argv, workspaceRoot }) =>
  assertKnownProfile(path.join(workspaceRoot, 'apps/reproduce'), argv);

/**
 * Nx calls a run that a signal ended a success when its tasks ended in order, and leaves with 130 when a failed stage kept
 * others from running; both are failures here.
 */
export const postTasksExecution = async (_options, { taskResults }) => {
  const results = Object.values(taskResults);
  const failed = results.find(({ status }) => status === 'failure');
  const stopped = results.find(({ code, status }) => status === 'stopped' || ENDED_BY_SIGNAL.has(code));
  if (!stopped && !failed) return;
  const { printable } = await import('./printable.mjs');
  if (stopped) {
    const { id } = stopped.task;
    throw new Error(printable(`${id} was interrupted; run the same command again to resume from its last checkpoint`));
  }
  throw new Error(printable(`${failed.task.id} failed; what it printed above says why`));
};

/** What shells and stages report after SIGHUP, SIGINT, SIGTERM. */
const ENDED_BY_SIGNAL = new Set([129, 130, 143]);

endNxWithItsLauncher();

/** Ends nx when the npm or npx that it was started by ends: their signals do not reach it. */
function endNxWithItsLauncher() {
  // Nx loads plugins into processes of their own.
  const pid = /plugin-worker/.test(process.argv[1] ?? '') ? process.ppid : process.pid;
  const nx = readProcess(pid);
  // The daemon is to outlive the run that starts it.
  if (!nx || !isNx(nx) || nx.words.some((word) => word.includes('daemon'))) return;
  const chain = launchersOf(pid);
  if (chain.length) endNxWithLauncher(nx, chain);
  // The variable of npm says nothing about an nx that a task starts: it was meant for the nx that runs the task.
  else if (process.env[WITHIN_TASK] === undefined && hasLostLauncher(process.env)) process.kill(pid, 'SIGKILL'); // nothing runs yet
}

const source = [
  '{projectRoot}/src/**/*',
  '{projectRoot}/*.mjs',
  '{projectRoot}/package.json',
  '{projectRoot}/catalog.json',
  '{projectRoot}/tsconfig.json',
];
const sharedSource = ['{workspaceRoot}/tsconfig.base.json', '{workspaceRoot}/pnpm-lock.yaml'];

/** Ends a program that node runs with the npx or nx that it was started by. */
const WATCHED = '--import ./tools/nx/end-with-launcher.mjs';

function inferProject(file, _options, { workspaceRoot }) {
  const root = path.dirname(file);
  if (!existsSync(path.join(workspaceRoot, root, 'tsconfig.json'))) {
    const hasTests = readdirSync(path.join(workspaceRoot, root)).some((name) => name.endsWith('.test.mjs'));
    return { projects: { [root]: { targets: { lint: lint(root), ...(hasTests ? { test: test() } : {}) } } } };
  }
  const { nx } = JSON.parse(readFileSync(path.join(workspaceRoot, file), 'utf8'));
  return {
    projects: {
      [root]: {
        projectType: root.startsWith('apps/') ? 'application' : 'library',
        targets: {
          build: build(root.startsWith('packages/') ? ['compile', 'declarations'] : ['compile']),
          typecheck: check('node tools/build/tsc.mjs -p {projectRoot}'),
          lint: lint(root),
          test: test(),
          ...(nx?.name === 'reproduce' ? studyTargets(path.join(workspaceRoot, root)) : {}),
        },
      },
    },
  };
}

/** Writes JavaScript, and of a package also declarations, which are checked against those of other packages. */
function build(steps) {
  return {
    executor: 'nx:run-commands',
    cache: true,
    dependsOn: ['^build'],
    inputs: [
      '{projectRoot}/src/**/!(*.test).ts',
      '{projectRoot}/package.json',
      '{projectRoot}/tsconfig.json',
      ...sharedSource,
      '{workspaceRoot}/tools/build/!(*.test).mjs',
      { dependentTasksOutputFiles: '**/*.d.ts', transitive: true },
    ],
    outputs: ['{projectRoot}/dist', '{projectRoot}/node_modules/.compiled'],
    options: {
      commands: steps.map((step) => `node ${WATCHED} tools/build/${step}.mjs {projectRoot}`),
      parallel: false,
    },
  };
}

/** Type checks read the other packages' sources, so they need nothing built. */
function check(command) {
  return {
    executor: 'nx:run-commands',
    cache: true,
    inputs: [...source, ...sharedSource, '{workspaceRoot}/tools/jest/*.d.ts', '^source'],
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
      '{workspaceRoot}/tools/lint/wings.mjs',
      '^source',
      { env: 'GENEFORMER_DATA' },
    ],
    outputs: ['{workspaceRoot}/.test-results/{projectName}.json'],
    options: {
      command: `node ${WATCHED} --import ./tools/jest/typescript-threads.mjs --experimental-vm-modules --no-warnings node_modules/jest/bin/jest.js -c tools/jest/jest.config.mjs --rootDir {projectRoot} --json --outputFile .test-results/{projectName}.json`,
    },
  };
}
