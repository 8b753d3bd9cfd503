import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packRuntimes } from './pack.mjs';
import { packages } from './packages.cjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const own = `${process.platform}-${process.arch}`;

/** A folder like that of a user, with the packed packages, what they depend on, and nothing of this workspace. */
let folder;
const inside = (...names) => path.join(folder, 'node_modules', ...names);

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'runtime-'));
  const filters = ['core', 'engine'].flatMap((name) => ['--filter', `./packages/${name}`]);
  run('node_modules/.bin/pnpm', ['-r', ...filters, 'pack', '--pack-destination', folder]);
  unpack(path.join(folder, 'geneformer-ts-core-0.0.0.tgz'), '@geneformer-ts/core');
  unpack(path.join(folder, 'geneformer-ts-engine-0.0.0.tgz'), '@geneformer-ts/engine');
  for (const user of ['core', 'engine']) {
    for (const name of Object.keys(manifest(`@geneformer-ts/${user}`).dependencies)) {
      if (name.startsWith('@geneformer-ts/')) continue;
      mkdirSync(path.dirname(inside(name)), { recursive: true });
      symlinkSync(realpathSync(path.join(root, 'packages', user, 'node_modules', name)), inside(name), 'junction');
    }
  }
  writeFileSync(
    path.join(folder, 'program.mjs'),
    `import { tf, useBackend } from '@geneformer-ts/engine';
await useBackend('onnx');
console.log(String((await tf.add(tf.scalar(1), tf.scalar(1)).data())[0]));`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the packed engine names the packages of all platforms, and depends on nothing that runs a script', () => {
  const { dependencies, optionalDependencies } = manifest('@geneformer-ts/engine');
  expect(Object.keys(dependencies)).not.toContain('onnxruntime-node');
  expect(optionalDependencies).toEqual(Object.fromEntries(packages().map(({ name, version }) => [name, version])));
  expect(Object.keys(optionalDependencies)).toEqual(
    expect.arrayContaining(
      ['darwin-arm64', 'linux-x64', 'win32-x64'].map((name) => `@geneformer-ts/onnxruntime-${name}`),
    ),
  );
});

test('without the package of the platform the error names it', () => {
  const { status, stderr } = program();
  expect(status).toBe(1);
  expect(stderr).toContain(`package @geneformer-ts/onnxruntime-${own} is not installed`);
});

test('the package of the platform is enough to compute', () => {
  const [archive] = packRuntimes(folder, own);
  unpack(archive, `@geneformer-ts/onnxruntime-${own}`);
  const { os, cpu, scripts, dependencies } = manifest(`@geneformer-ts/onnxruntime-${own}`);
  expect({ os, cpu, scripts, dependencies }).toEqual({ os: [process.platform], cpu: [process.arch] });
  const { status, stdout, stderr } = program();
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '2\n', stderr: '' });
});

/** Runs the program without the folders of pnpm, in which node would find this workspace's packages. */
function program() {
  const env = { ...process.env, NODE_PATH: '' };
  return spawnSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8', env });
}

function manifest(name) {
  return JSON.parse(readFileSync(inside(name, 'package.json'), 'utf8'));
}

function unpack(archive, name) {
  mkdirSync(inside(name), { recursive: true });
  run('tar', ['xzf', archive, '--strip-components=1', '-C', inside(name)]);
}

function run(command, argv) {
  const { status, stdout, stderr } = spawnSync(command, argv, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} failed:\n${stdout}${stderr}`);
}
