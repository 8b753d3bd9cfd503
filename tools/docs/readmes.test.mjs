import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codeBlocks, commands } from './blocks.mjs';
import { claimed, withClaims } from './claims.mjs';
import { inputs } from './preludes.mjs';
import { execute, program, typeErrors } from './programs.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = path.join(here, '../..');
const packages = readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}/README.md`);
const readmes = ['README.md', ...packages.filter((file) => existsSync(path.join(root, file)))];
const blocks = readmes.flatMap((file) => codeBlocks(root, file)).filter(({ language }) => language === 'ts');
const skipped = blocks.filter(({ marker }) => marker.startsWith('not run: '));
const run = blocks.filter((block) => !skipped.includes(block)).map((block) => ({ ...block, ...program(block) }));

let folder;
beforeAll(() => {
  // Below this package, so that imports find what it depends on.
  mkdirSync(path.join(here, 'snippets'), { recursive: true });
  folder = mkdtempSync(path.join(here, 'snippets/run-'));
  const { status, stderr } = execute(folder, 'inputs', inputs);
  if (status !== 0) throw new Error(stderr);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('code blocks of READMEs', () => {
  test('few are not run, and each says why', () => {
    expect(skipped.map(({ where, marker }) => `${where.replace(/:\d+$/, '')} ${marker}`)).toEqual([
      'packages/geneformer/README.md not run: needs files of cells',
      'packages/hub/README.md not run: downloads a checkpoint',
      'packages/io/README.md not run: needs a page with dropped files and a server',
      'packages/io/README.md not run: shows three ways to call one function on files that the reader has',
      'packages/page/README.md not run: serves until it is closed',
      'packages/tokenizer/README.md not run: reads the published dictionaries, which are not part of this package',
    ]);
    expect(run.length).toBeGreaterThanOrEqual(10);
    expect(run.reduce((sum, { claims }) => sum + claims, 0)).toBeGreaterThanOrEqual(4);
  });

  test('have the types of the packages', () => {
    expect(typeErrors(folder, run)).toEqual([]);
  });

  test.each(run.map((block) => [block.where, block]))(
    '%s runs, with the values that its comments claim',
    (_, block) => {
      const { status, stderr } = execute(folder, block.where, block.text);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  );
});

describe('commands of documents', () => {
  const documents = [
    ...readmes,
    'CONTRIBUTING.md',
    'data/README.md',
    'tools/fuzz/README.md',
    'apps/reproduce/RESULTS.md',
  ];
  const found = documents.flatMap((file) => commands(root, file));
  let projects;
  beforeAll(() => {
    const graph = path.join(folder, 'graph.json');
    const env = { ...process.env, NX_DAEMON: 'false' };
    const { status, stdout, stderr } = spawnSync('node_modules/.bin/nx', ['graph', '--file', graph], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`nx graph failed: ${stdout}${stderr}`);
    projects = JSON.parse(readFileSync(graph, 'utf8')).graph.nodes;
  });

  test('there are some in each of the main documents', () => {
    for (const file of ['README.md', 'CONTRIBUTING.md', 'data/README.md', 'apps/reproduce/RESULTS.md']) {
      expect(found.filter(({ where }) => where.startsWith(`${file}:`))).not.toEqual([]);
    }
  });

  test.each(found.map(({ where, command }) => [where, command]))('%s: %s', (where, command) => {
    expect(problem(where, command)).toBe('');
  });

  test('data:fetch --list prints the catalog', () => {
    const { stdout, status } = spawnSync(process.execPath, ['fetch.mjs', '--list'], {
      cwd: path.join(root, 'data'),
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('geneformer-v1-10m');
  });

  function problem(where, command) {
    // The test of the packed packages covers this command.
    if (command.startsWith('npm install ')) return '';
    const [, npm, script] = /^(npm)(?: run)? ([\w:-]+)/.exec(command) ?? [];
    if (npm) return hasScript(where, script) ? '' : `no script ${script}`;
    const words = command.replace(/^npx /, '').split(' ').slice(1);
    if (words[0] === 'run-many')
      return Object.values(projects).some(({ data }) => data.targets[words[2]]) ? '' : `no target ${words[2]}`;
    const [project, ...target] = words[0] === 'run' ? words[1].split(':') : [words[1], words[0]];
    if (!projects[project]) return `no project ${project}`;
    return projects[project].data.targets[target.join(':')] ? '' : `${project} has no target ${target.join(':')}`;
  }

  function hasScript(where, script) {
    const nearest = path.join(root, path.dirname(where), 'package.json');
    return [path.join(root, 'package.json'), nearest].some(
      (file) => script in (JSON.parse(readFileSync(file, 'utf8')).scripts ?? {}),
    );
  }
});

describe('claims', () => {
  test.each([
    [0.9312, '0.93', ''],
    [0.9372, '0.93', 'the comment claims 0.93, the value is 0.9372'],
    [3, '3', ''],
    [3.2, '3', 'the comment claims 3, the value is 3.2'],
    ['a\\b', "'a\\\\b'", ''],
    [Int32Array.of(1, 2), '[1, 2]', ''],
    [Int32Array.of(1, 2), 'Int32Array(2)', ''],
    [new Float32Array(2), 'Int32Array(2)', 'the comment claims Int32Array(2), the value is Float32Array(2)'],
    [{ a: 1, b: 2 }, '{ a, b }', ''],
    [{ a: 1 }, '{ a, b }', 'the comment claims { a, b }, the value is an object without b'],
  ])('%j and "%s"', (value, claim, message) => {
    let thrown = '';
    try {
      claimed(value, claim);
    } catch (error) {
      thrown = error.message;
    }
    expect(thrown).toBe(message);
  });

  test('are found behind statements, and text is not a claim', () => {
    const { text, claims } = withClaims(
      "const a = f(); // 0.5\nf(2); // 'x'\nconsole.log(a); // [1]\nf(3); // one per row",
    );
    expect(claims).toBe(3);
    expect(text).toBe(
      'const a = f(); claimed(a, "0.5");\nclaimed(f(2), "\'x\'");\nclaimed(a, "[1]");\nf(3); // one per row',
    );
  });
});
