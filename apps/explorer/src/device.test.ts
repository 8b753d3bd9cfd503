import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnnData } from '@geneformer-ts/io';
import { writeThymus } from '@geneformer-ts/simulate';
import { Geneformer } from 'geneformer';
import { computesWith } from './status.js';
import { hasChromium, reason, type Served, startPage } from './testing/chromium.js';

test.each([
  [{ kind: 'webgpu', adapter: 'apple metal-3', threads: 1 }, 'Computes with WebGPU on apple metal-3.'],
  [{ kind: 'wasm', adapter: '', threads: 4 }, 'Computes with WebAssembly on 4 threads.'],
  [{ kind: 'wasm', adapter: '', threads: 1 }, /on one thread: the server does not isolate the page, or/],
] as const)('the page says where it computes: %j', (device, sentence) => {
  expect(computesWith(device)).toMatch(sentence);
});

/** An adapter that computes on the processor: slow, but it runs the same shaders as a graphics card. */
const SOFTWARE_ADAPTER = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

(hasChromium ? describe : describe.skip)(`WebGPU in Chromium${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'explorer-device-'));
  const cells = join(folder, 'cells.h5ad');
  let served: Served;

  beforeAll(async () => {
    await writeThymus(cells, { seed: 4, preset: 'small', cells: 12 });
    served = await startPage(join(folder, 'page'), undefined, SOFTWARE_ADAPTER);
  });
  afterAll(async () => {
    await served.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives the vectors of Node', async () => {
    const page = await served.open(undefined, '?device=webgpu');
    expect(await page.textContent('#engine')).toMatch(/^Computes with WebGPU on /);
    await page.setInputFiles('#files', cells);
    await page.waitForSelector('#embed:enabled');
    await page.click('#embed');
    await page.waitForSelector('#train:enabled', { timeout: 200_000 });
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save-h5ad')]);
    const out = join(folder, 'out.h5ad');
    await saved.saveAs(out);
    await page.close();

    await using model = await Geneformer.fromPretrained('mini', { onProgress: false });
    await using input = await AnnData.open(cells);
    const expected = await model.embed(input, { onProgress: false });
    await using output = await AnnData.open(out);
    const { data } = (await output.obsm.get('X_geneformer')) as { data: Float32Array };
    expect(data.length).toBe(expected.data.length);
    // Written so that NaN fails, too.
    expect(expected.data.every((value, i) => Math.abs(value - data[i]) < 1e-4)).toBe(true);
  });

  test.each([
    ['is not used if its adapter computes on the processor', ''],
    ['is not used if the address asks for WebAssembly', '?device=wasm'],
  ])('%s', async (_, query) => {
    const page = await served.open(undefined, query);
    expect(await page.textContent('#engine')).toMatch(/^Computes with WebAssembly/);
    await page.close();
  });
});
