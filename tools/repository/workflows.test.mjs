import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { isInstalled } from './programs.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = path.join(root, '.github/workflows');
const read = (file) => parse(readFileSync(path.join(root, file), 'utf8'));
const workflows = readdirSync(folder).map((name) => [name, read(`.github/workflows/${name}`)]);
const targets = targetsOfProjects();

describe.each(workflows)('the workflow %s', (_name, { permissions, jobs }) => {
  const all = Object.values(jobs);
  const commands = all.flatMap(({ steps }) => steps.flatMap(({ run }) => (run ? [run] : [])));

  test('can only read, unless a job asks for more', () => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  test('ends every job that hangs', () => {
    for (const job of all) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test('runs scripts that exist', () => {
    const scripts = commands.flatMap((run) => run.match(/(?<=(?:node|bash) )[\w./-]+/g) ?? []);
    expect(scripts.filter((script) => !existsSync(path.join(root, script)))).toEqual([]);
    const { scripts: known } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    const named = commands.flatMap((run) => run.match(/(?<=npm run )[\w:-]+/g) ?? []);
    expect(named.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
  });

  test('runs targets that exist', () => {
    const named = commands.flatMap((run) => run.match(/(?<=nx run )[\w-]+:[\w-]+/g) ?? []);
    expect(named.filter((name) => !targets.has(name))).toEqual([]);
  });

  // It names an interpreter, so a script without this would run with another one on Windows.
  test('runs shell scripts with bash', () => {
    expect(commands.filter((run) => /(?:^|[^h] )\.ci\//.test(run))).toEqual([]);
  });
});

test('every push is tested on Node 20, 22 and 24, on Linux x64 and ARM, macOS and Windows', () => {
  const { matrix } = read('.github/workflows/ci.yml').jobs.whole.strategy;
  expect(matrix).toEqual({
    node: [20, 22, 24],
    os: ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'windows-2025'],
  });
});

const hasActionlint = isInstalled('actionlint', '-version');
(hasActionlint ? test : test.skip)(
  `actionlint finds nothing${hasActionlint ? '' : ' (skipped: actionlint is not installed)'}`,
  () => {
    const { stdout, status } = spawnSync('actionlint', ['-no-color'], { cwd: root, encoding: 'utf8' });
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  },
);

/** Returns `project:target` of every target that a package.json declares. */
function targetsOfProjects() {
  const found = new Set();
  for (const layer of ['packages', 'apps', 'tools']) {
    for (const name of readdirSync(path.join(root, layer))) {
      const file = path.join(root, layer, name, 'package.json');
      if (!existsSync(file)) continue;
      const { nx } = JSON.parse(readFileSync(file, 'utf8'));
      for (const target of Object.keys(nx?.targets ?? {})) found.add(`${nx.name}:${target}`);
    }
  }
  return found;
}
