import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from '@geneformer-ts/core/node';
import { fetchAssets } from './command.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-data-'));
const server = createServer((request, response) => response.end(path.basename(request.url)));
const before = { ...process.env };

/** Runs the command and returns its output and exit code. */
async function run(...args) {
  const text = { out: '', err: '' };
  const code = await fetchAssets(args, {
    catalog: path.join(folder, 'catalog.json'),
    out: { write: (part) => (text.out += part) },
    err: { write: (part) => (text.err += part) },
  });
  return { code, ...text };
}

beforeAll(async () => {
  const common = { kind: 'checkpoint', publisher: 'huggingface:a/b', licence: 'MIT' };
  const assets = [
    { ...common, id: 'model', path: 'm/weights', bytes: 7, sha256: sha256('weights'), companions: ['model-config'] },
    { ...common, id: 'model-config', path: 'm/config.json', bytes: null, sha256: null },
  ];
  writeFileSync(path.join(folder, 'catalog.json'), JSON.stringify({ schema: 1, assets }));
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  Object.assign(process.env, {
    GENEFORMER_DATA: '',
    GENEFORMER_OFFLINE: '',
    GENEFORMER_CACHE: path.join(folder, 'cache'),
    GENEFORMER_MIRRORS: `http://127.0.0.1:${server.address().port}`,
  });
});

afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

describe('data:fetch', () => {
  test('prints the path of the file, and fetches its companions', async () => {
    expect((await run('--id', 'model', '--offline')).err).toMatch(
      /asset 'model': not on this machine, and downloading is off/,
    );
    const { code, out, err } = await run('--id=model');
    const paths = out.trim().split('\n');
    expect({ code, names: paths.map((file) => path.basename(file)) }).toEqual({
      code: 0,
      names: ['weights', 'config.json'],
    });
    expect(path.dirname(paths[0])).toBe(path.dirname(paths[1]));
    expect(readFileSync(paths[0], 'utf8')).toBe('weights');
    expect(err).toContain('model: downloaded, sha256 matches the catalog');
    expect(err).toMatch(/^warning: asset .model-config.: .*pin "bytes": 11, /m);
    expect((await run('--id=model', '--offline')).err).toContain('model: in the cache');
  });

  test('lists the files of the catalog', async () => {
    const { code, out } = await run('--list');
    expect(code).toBe(0);
    expect(out).toMatch(/^model +checkpoint +0 kB +MIT +huggingface:a\/b\/m\/weights$/m);
  });

  test('an unknown id lists the known ones', async () => {
    expect(await run('--id', 'models')).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^asset 'models': .*model, model-config\n$/),
    });
  });

  test.each([[[]], [['--ids', 'model']]])('prints the usage for %j', async (args) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain('usage: npx nx run data:fetch');
  });
});
