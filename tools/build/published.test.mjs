import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('../..', import.meta.url));
const REPOSITORY = 'https://github.com/geneformer-ts/geneformer-ts';

const names = readdirSync(path.join(root, 'packages')).filter((name) => {
  const file = path.join(root, 'packages', name, 'package.json');
  return existsSync(file) && !JSON.parse(readFileSync(file, 'utf8')).private;
});

let folder;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'published-'));
  const filters = names.flatMap((name) => ['--filter', `./packages/${name}`]);
  run('node_modules/.bin/pnpm', ['-r', ...filters, 'pack', '--pack-destination', folder]);
  for (const name of names) run('tar', ['xzf', tarball(name), '--one-top-level=' + name, '-C', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(names)('the packed package %s', (name) => {
  const inside = (file) => path.join(folder, name, 'package', file);
  const manifest = () => JSON.parse(readFileSync(inside('package.json'), 'utf8'));
  const source = JSON.parse(readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8'));

  test('says what it is and where it comes from', () => {
    expect(manifest()).toMatchObject({
      name: source.name,
      description: expect.stringMatching(/\w/),
      license: 'MIT',
      homepage: `${REPOSITORY}/tree/main/packages/${name}#readme`,
      bugs: `${REPOSITORY}/issues`,
      repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: `packages/${name}` },
      engines: { node: '>=20.19' },
    });
    expect(manifest().keywords).toEqual(expect.arrayContaining(['geneformer', 'single-cell']));
    expect(existsSync(inside('README.md'))).toBe(true);
    expect(existsSync(inside('LICENSE'))).toBe(true);
  });

  test('holds nothing that only the workspace uses', () => {
    const text = readFileSync(inside('package.json'), 'utf8');
    for (const only of ['@geneformer-ts/source', 'workspace:', 'catalog:', '/src/']) expect(text).not.toContain(only);
    for (const field of ['nx', 'scripts', 'devDependencies']) expect(manifest()).not.toHaveProperty(field);
  });

  test('exports files that are there', () => {
    const targets = exportTargets(manifest().exports);
    expect(targets.length).toBeGreaterThanOrEqual(2);
    expect(targets.filter((target) => !existsSync(inside(target)))).toEqual([]);
  });

  test('declarations have doc comments, and JavaScript can be read', () => {
    const files = readdirSync(inside('dist'), { recursive: true });
    const read = (end) =>
      files.filter((file) => file.endsWith(end)).map((file) => readFileSync(inside(`dist/${file}`), 'utf8'));
    expect(read('.d.ts').some((text) => /\/\*\*[^*]/.test(text))).toBe(true);
    const code = read('.js')
      .join('\n')
      .replace(/^\/\/# sourceMappingURL.*$/gm, '');
    expect(code.length / code.split('\n').length).toBeLessThan(120);
  });

  test('is right to publint', async () => {
    const tarballBytes = readFileSync(tarball(name));
    const { messages } = await publint({ pack: { tarball: tarballBytes.buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, manifest(), { color: false }))).toEqual([]);
  });
});

function tarball(name) {
  const { name: full, version } = JSON.parse(readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8'));
  return path.join(folder, `${full.replace('@', '').replace('/', '-')}-${version}.tgz`);
}

/** Every path that the exports lead to. */
function exportTargets(target) {
  if (typeof target === 'string') return [target];
  return Object.values(target ?? {}).flatMap(exportTargets);
}

function run(command, argv) {
  const { status, stdout, stderr } = spawnSync(command, argv, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} failed:\n${stdout}${stderr}`);
}
