import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serveRegistry } from './registry.mjs';

describe('the registry of a rehearsal', () => {
  let folder;
  let registry;
  let upstream;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'registry-test-'));
    upstream = createServer((request, response) => response.writeHead(404).end(`upstream lacks ${request.url}`));
    upstream.listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    registry = await serveRegistry(`http://127.0.0.1:${upstream.address().port}/`);
  });
  afterAll(async () => {
    await registry.close();
    upstream.close();
    rmSync(folder, { recursive: true });
  });

  test('takes what npm publishes and gives it to npm', async () => {
    write('one/package.json', '{ "name": "@scope/one", "version": "1.0.0", "license": "MIT", "main": "one.js" }');
    write('one/one.js', 'module.exports = 1;\n');
    expect(await npm('one', 'publish', '--access=public')).toMatchObject({ status: 0 });
    write('user/package.json', '{ "private": true }');
    expect(await npm('user', 'install', '@scope/one')).toMatchObject({ status: 0 });
    expect(readFileSync(path.join(folder, 'user/node_modules/@scope/one/one.js'), 'utf8')).toBe(
      'module.exports = 1;\n',
    );
  });

  test('refuses a version that it has', async () => {
    const { status, output } = await npm('one', 'publish', '--access=public');
    expect(status).toBe(1);
    expect(output).toMatch(/is there already|cannot publish over/i);
  });

  test('asks the real registry for all others', async () => {
    const response = await fetch(new URL('absent', registry.url));
    expect([response.status, await response.text()]).toEqual([404, 'upstream lacks /absent']);
  });

  function write(file, text) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }

  async function npm(cwd, ...words) {
    const { host } = new URL(registry.url);
    const options = [`--registry=${registry.url}`, `--//${host}/:_authToken=none`, '--no-audit', '--no-fund'];
    const env = { ...process.env, npm_config_cache: path.join(folder, 'cache'), npm_config_update_notifier: 'false' };
    const child = spawn('npm', [...words, ...options], { cwd: path.join(folder, cwd), env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (output += piece));
    const [status] = await once(child, 'close');
    return { status, output };
  }
});
