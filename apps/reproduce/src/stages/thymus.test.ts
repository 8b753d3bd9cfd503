/**
 * Runs the thymus profile from download to report, with stand-ins for the published files: simulated cells in the CELLxGENE schema and
 * random weights in the published layout. A local web server serves them under the publisher's paths.
 */
import { sha256File } from '@geneformer-ts/core/node';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readSafetensors } from '@geneformer-ts/io';
import { BertForMaskedLM, presetConfig } from '@geneformer-ts/model';
import { loadExperiment } from '../config/load.js';
import { cell, type CellProfile } from '../experiments/cell.js';
import type { Split } from '../data/study-cells.js';
import type { Metrics } from '../results/metrics.js';
import { startCompute } from '../run/compute.js';
import type { Manifest } from '../run/manifest.js';
import type { AnyStage } from '../run/define.js';
import { planTasks, readsOf } from '../run/plan.js';
import { runStage } from '../run/run-stage.js';
import { workOf } from '../run/stage.js';
import { Store } from '../run/store.js';

const app = path.resolve('apps/reproduce');
const catalog = path.resolve('packages/hub/catalog.json');
const dictionaries = process.env.GENEFORMER_DATA && path.join(process.env.GENEFORMER_DATA, 'geneformer-dicts');
const here = dictionaries && existsSync(dictionaries) ? describe : describe.skip;

interface CatalogFile {
  assets: { path: string; bytes: number | null; sha256: string | null }[];
}

here('the thymus profile, with stand-ins for the downloads', () => {
  let folder: string;
  let server: Server;
  const asked: string[] = [];
  const before = { ...process.env };
  const at = (name: string) => path.join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'thymus-'));
    await startCompute();
    const published = at('published/Geneformer-V1-10M');
    await mkdir(path.dirname(published), { recursive: true });
    const model = BertForMaskedLM.fromConfig(presetConfig('geneformer-v1-10m'), { seed: 4 });
    await model.savePretrained(published);
    model.dispose();

    const content = JSON.parse(await readFile(catalog, 'utf8')) as CatalogFile;
    const served = new Map<string, string>();
    for (const asset of content.assets) {
      const file = standIn(asset.path);
      if (file === undefined) continue;
      served.set(`/${asset.path}`, file);
      asset.bytes = statSync(file).size;
      asset.sha256 = await sha256File(file);
    }
    await writeFile(at('catalog.json'), JSON.stringify(content));
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const file = served.get(request.url ?? '');
      if (file) createReadStream(file).pipe(response.writeHead(200, { 'content-length': statSync(file).size }));
      else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

    delete process.env.GENEFORMER_DATA;
    process.env.GENEFORMER_CACHE = at('cache');
    process.env.GENEFORMER_CATALOG = at('catalog.json');
    process.env.GENEFORMER_MIRRORS = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    for (const name of ['GENEFORMER_DATA', 'GENEFORMER_CACHE', 'GENEFORMER_CATALOG', 'GENEFORMER_MIRRORS']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await rm(folder, { recursive: true, force: true });
  });

  function standIn(published: string): string | undefined {
    if (published.startsWith('Geneformer-V1-10M/')) {
      const file = at(`published/${published}`);
      return existsSync(file) ? file : undefined;
    }
    if (published.startsWith('geneformer/gene_dictionaries_30m/')) {
      return path.join(dictionaries ?? '', path.basename(published));
    }
    return published.endsWith('.h5ad') ? path.join(app, 'fixtures/thymus-cellxgene.h5ad') : undefined;
  }

  /** Returns the shipped profile with fewer folds, shorter cells, one epoch and two baselines. */
  async function smallProfile(): Promise<{ title: string; profile: CellProfile }> {
    const experiment = await loadExperiment(path.join(app, 'experiments'), 'cell');
    const { title, profiles } = experiment;
    const shipped = profiles['thymus'] as CellProfile;
    const { 'logistic-regression': logistic, majority } = shipped.baselines;
    const profile: CellProfile = {
      ...shipped,
      protocol: { ...shipped.protocol, folds: 2 },
      tokenize: { ...shipped.tokenize, maxLength: 48 },
      finetune: {
        ...shipped.finetune,
        numTrainEpochs: 1,
        warmupSteps: 2,
        perDeviceTrainBatchSize: 24,
        models: { geneformer: shipped.finetune.models['geneformer'] },
      },
      baselines: { 'logistic-regression': logistic, majority: majority },
      evaluate: { ...shipped.evaluate, resamples: 100 },
    };
    return { title, profile };
  }

  test('runs from download to report', async () => {
    const { title, profile } = await smallProfile();
    const store = new Store(at('cache'));
    const manifests = new Map<string, Manifest>();
    for (const task of planTasks(cell, 'cell', 'thymus', { title, profile })) {
      const { default: found } = (await import(`./${task.stage}.js`)) as { default: AnyStage };
      const made = await runStage({
        identity: task,
        work: () => Promise.resolve(workOf(found, task)),
        params: task.params,
        inputs: readsOf(task),
        upstream: (input) => Promise.reject(new Error(`${input} is damaged`)),
        code: 'c0de',
        backend: 'onnx',
        resultsDirectory: at('results'),
        store,
      });
      manifests.set(task.name, made);
    }
    const [split, checkpoint, tuned] = ['split', 'checkpoint', 'finetune-geneformer-0'].map((name) =>
      manifests.get(name)!,
    );

    // Only the epithelial cells were kept, and no donor is in both training and test.
    const object = (manifest: Manifest, output: string) => store.path(manifest.outputs[output].digest);
    const { groups, folds, classes } = JSON.parse(
      await readFile(`${object(split, 'split')}/split.json`, 'utf8'),
    ) as Split;
    expect(classes).toEqual(['cortical thymic epithelial cell', 'medullary thymic epithelial cell']);
    const foldOf = new Map(groups.map((donor, cell) => [donor, folds[cell]]));
    expect(groups.every((donor, cell) => foldOf.get(donor) === folds[cell])).toBe(true);

    const metrics = JSON.parse(await readFile(at('results/metrics.json'), 'utf8')) as Metrics;
    expect(metrics.dataset.cells).toBe(groups.length);
    expect(metrics.models.map(({ label }) => label)).toEqual(['Geneformer', 'Logistic regression', 'Majority class']);
    for (const { confusion } of metrics.models) {
      expect(confusion.flat().reduce((sum, cells) => sum + cells)).toBe(groups.length);
    }
    // Counts were read from raw/X: the tokenizer refuses the normalized values of X.
    expect(metrics.models[1].accuracy.mean).toBeGreaterThan(0.6);
    expect(await readFile(at('results/report.html'), 'utf8')).toContain('geneformer-v1-10m');

    // Two of six layers kept the published weights.
    const start = (await readSafetensors(`${object(checkpoint, 'checkpoint')}/model.safetensors`)).tensors;
    const end = (await readSafetensors(`${object(tuned, 'checkpoint')}/model.safetensors`)).tensors;
    const changed = Array.from({ length: 6 }, (_, layer) => {
      const name = `bert.encoder.layer.${layer}.attention.self.query.weight`;
      return !Buffer.from(start.get(name)!.data.buffer).equals(Buffer.from(end.get(name)!.data.buffer));
    });
    expect(changed).toEqual([false, false, true, true, true, true]);

    // Every file was requested once.
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((url) => url.startsWith('/Geneformer-V1-10M/')).sort()).toEqual([
      '/Geneformer-V1-10M/config.json',
      '/Geneformer-V1-10M/model.safetensors',
    ]);
  });
});
