/** The process whose memory is watched: one round per message of the parent, answered with its memory after the round. */
import { AnnData, CellClassifier, Geneformer, pretrainModel } from 'geneformer';
import { createHash } from 'node:crypto';

const [corpusFile, cellsFile] = process.argv.slice(2);

process.on('message', async ({ folder }) => {
  const started = performance.now();
  const digest = createHash('sha256');
  const corpus = await AnnData.open(corpusFile);
  await pretrainModel([corpus], `${folder}/model`, { preset: 'tiny', epochs: 1, onProgress: false });
  const model = await Geneformer.fromPretrained(`${folder}/model`);
  const cells = await AnnData.open(cellsFile);
  const { data } = await model.embed(cells, { onProgress: false });
  digest.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const trained = await model.finetune(cells, { labels: 'cell_type', groupBy: 'donor_id', onProgress: false });
  await trained.save(`${folder}/classifier`);
  const classifier = await CellClassifier.load(`${folder}/classifier`);
  const { label } = await classifier.annotate(cells, { onProgress: false });
  digest.update(label.join());
  // Node 20 has no `await using`.
  for (const one of [classifier, trained, cells, model, corpus]) await one[Symbol.asyncDispose]();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const seconds = (performance.now() - started) / 1000;
  process.send({ seconds, rss, heapUsed, external, digest: digest.digest('hex').slice(0, 16) });
});
process.send('ready');
