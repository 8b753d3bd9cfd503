import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { limits, problemsOf } from './check.mjs';
import { packPackages } from './pack.mjs';
import { archiveName, publishedPackages, root } from './workspace.mjs';

const REPOSITORY = 'https://github.com/geneformer-ts/geneformer-ts';

const published = publishedPackages();

let folder;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'published-'));
  packPackages(folder);
  for (const one of published) run('tar', ['xzf', archive(one), '--one-top-level=' + one.folder, '-C', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(published)('the packed package $name', (one) => {
  const inside = (file) => path.join(folder, one.folder, 'package', file);
  const manifest = () => JSON.parse(readFileSync(inside('package.json'), 'utf8'));

  test('says what it is and where it comes from', () => {
    expect(manifest()).toMatchObject({
      name: one.name,
      version: one.version,
      description: expect.stringMatching(/\w/),
      license: 'MIT',
      homepage: `${REPOSITORY}/tree/main/packages/${one.folder}#readme`,
      bugs: `${REPOSITORY}/issues`,
      repository: { type: 'git', url: `git+${REPOSITORY}.git`, directory: `packages/${one.folder}` },
      engines: { node: '>=20.19' },
      publishConfig: { access: 'public', provenance: true },
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

  test('has the size it may have, and entries and types that publint and TypeScript find', async () => {
    expect(await problemsOf(one.name, readFileSync(archive(one)))).toEqual([]);
  });
});

test('every limit of size is that of a package', () => {
  expect(Object.keys(limits).sort()).toEqual(published.map(({ name }) => name).sort());
});

function archive(one) {
  return path.join(folder, archiveName(one));
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
