/** Installs the command in an empty folder with a package manager, as a user does, and runs the tour. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandOf } from '../setup/command.mjs';

const yarn = ['--yes', 'yarn@1.22.22'];
const pnpm = ['--yes', JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).packageManager];

/** For each package manager the words that install packages, and those that run an installed command. */
export const managers = {
  npm: {
    install: (names, registry) => ['npm', 'install', '--no-audit', '--no-fund', `--registry=${registry}`, ...names],
    run: (words) => ['npx', '--no', ...words],
  },
  pnpm: {
    install: (names, registry) => ['npx', ...pnpm, 'add', `--registry=${registry}`, '--store-dir=.store', ...names],
    run: (words) => ['npx', ...pnpm, 'exec', ...words],
  },
  yarn: {
    install: (names, registry) => ['npx', ...yarn, 'add', '--non-interactive', '--registry', registry, ...names],
    run: (words) => ['npx', ...yarn, '--silent', ...words],
  },
};

const MAKE_CELLS = `import { writeThymus } from '@geneformer-ts/simulate';
await writeThymus('labeled.h5ad', { seed: 1, preset: 'small' });
await writeThymus('other.h5ad', { seed: 2, preset: 'small' });
`;

/**
 * @param {string} name of the package manager
 * @param {string} folder that is made
 * @param {string} registry
 * @returns {Promise<{ seconds: number, megabytes: number, lines: string[] }>} of the installation; lines: the accuracy that the tour printed
 */
export async function useManager(name, folder, registry) {
  const { install, run } = managers[name];
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  // An own store, so that archives of an earlier rehearsal with the same version are not taken.
  const env = {
    ...process.env,
    npm_config_cache: path.join(folder, '.cache'),
    YARN_CACHE_FOLDER: path.join(folder, '.yarn-cache'),
    NODE_PATH: '',
  };
  const started = performance.now();
  await call(install(['geneformer', '@geneformer-ts/simulate'], registry), folder, env);
  const seconds = (performance.now() - started) / 1000;

  writeFileSync(path.join(folder, 'cells.mjs'), MAKE_CELLS);
  await call([process.execPath, 'cells.mjs'], folder, env);
  await call(run(['geneformer', 'inspect', 'labeled.h5ad']), folder, env);
  const training = [
    'geneformer',
    'train',
    'labeled.h5ad',
    '--label',
    'cell_type',
    '--group',
    'donor_id',
    '-o',
    'classifier',
  ];
  const trained = await call(run(training), folder, env);
  await call(
    run(['geneformer', 'annotate', 'other.h5ad', '--model', 'classifier', '-o', 'annotated.h5ad']),
    folder,
    env,
  );
  if (!existsSync(path.join(folder, 'annotated.h5ad'))) throw new Error(`${name}: annotate wrote no annotated.h5ad`);
  const lines = trained.split('\n').filter((line) => /Geneformer|Logistic/.test(line));
  return { seconds, megabytes: megabytesBelow(path.join(folder, 'node_modules')), lines };
}

async function call(command, cwd, env) {
  const [program, words, options] = commandOf(command);
  const child = spawn(program, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (piece) => (output += piece));
  child.stderr.on('data', (piece) => (errors += piece));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${command.join(' ')} failed in ${cwd}:\n${output}${errors}`);
  return output;
}

function megabytesBelow(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return Math.round(bytes / 1e6);
}
