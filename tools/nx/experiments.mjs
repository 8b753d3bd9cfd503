import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Ends a program with the npx or nx that it was started by. */
const WATCHED = '--import ../../tools/nx/end-with-launcher.mjs';

/** Names become parts of commands, and Nx prints them as they are. */
const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * One target per profile of an experiment file, `cell:mixology`, and one for its default profile, `cell`. Only names are read here: the
 * program validates the file, runs the stages that have changed and reports a fault in one line. It is never cached by Nx, because the
 * table at its end is the point of asking again.
 */
export function studyTargets(projectRoot) {
  const run = (words) => ({
    executor: 'nx:run-commands',
    options: { command: `node ${WATCHED} ../../tools/build/study.mjs ${words}`, cwd: '{projectRoot}' },
  });
  const targets = { verify: run('verify') };
  const folder = path.join(projectRoot, 'experiments');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    const experiment = path.basename(file, '.yaml');
    if (!NAME.test(experiment)) continue;
    const { defaultProfile, profiles } = readNames(path.join(folder, file));
    for (const profile of profiles) targets[`${experiment}:${profile}`] = run(`${experiment} ${profile}`);
    targets[experiment] = run(`${experiment} ${defaultProfile}`);
  }
  return targets;
}

/**
 * Stops a run of `reproduce:<experiment>:<profile>` whose profile is in no file.
 * @param {string[]} argv the words of the command line
 */
export async function assertKnownProfile(projectRoot, argv) {
  for (const word of argv) {
    const [, experiment, profile] = /^reproduce:([\w-]+):([\w-]+)/.exec(word) ?? [];
    const file = path.join(projectRoot, 'experiments', `${experiment}.yaml`);
    if (!experiment || !existsSync(file)) continue;
    const { profiles } = readNames(file);
    if (profiles.includes(profile)) continue;
    const { printable } = await import('./printable.mjs');
    const where = `apps/reproduce/experiments/${experiment}.yaml`;
    throw new Error(printable(`${where}: no profile "${profile}"; choose one of: ${profiles.join(', ')}`));
  }
}

/** Reads the names in a file, by their lines: parsing all files takes a quarter of a second, and the program validates them anyway. */
function readNames(file) {
  const text = statSync(file).isFile() ? readFileSync(file, 'utf8') : '';
  const [, own = 'embedded'] = /^defaultProfile: *['"]?([a-z][a-z0-9-]*)/m.exec(text) ?? [];
  const [, below = ''] = text.split(/^profiles:.*$/m);
  const profiles = [...below.matchAll(/^ {2}([a-z][a-z0-9-]*):/gm)].map(([, name]) => name);
  return { defaultProfile: own, profiles };
}
