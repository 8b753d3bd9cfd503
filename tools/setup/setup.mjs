/**
 * Makes a fresh clone ready with nothing but Node and npm: installs the pinned pnpm's view of the workspace, without running any
 * install script. Does nothing when the lockfile that was installed is the one that is here. Lets git check commit messages.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { commandOf } from './command.mjs';
import { installHooks } from './hooks.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: install Node 20.19 or newer, then run the same command again.`,
  );
  process.exit(1);
}

const lockfile = readFileSync(path.join(root, 'pnpm-lock.yaml'), 'utf8');
const stamp = path.join(root, 'node_modules/.installed-lockfile');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lockfile) install();
installHooks(root);

function install() {
  const { packageManager } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  console.log('Installing the workspace (only this once) ...');
  const [program, words, options] = commandOf([
    'npx',
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--ignore-scripts',
    '--reporter=append-only',
    '--loglevel=warn',
  ]);
  const { status, error } = spawnSync(
    program,
    words,
    // npm hands its own settings down as npm_config_*; pnpm would warn about the ones it does not know.
    { cwd: root, stdio: 'inherit', ...options },
  );
  if (error || status !== 0) {
    console.error(
      `pnpm install failed${error ? `: ${error.message}` : ''}; check that the npm registry can be reached.`,
    );
    process.exit(status || 1);
  }
  writeFileSync(stamp, lockfile);
}
