import { UMAP } from '@geneformer-ts/analysis';
import { AnnData } from '@geneformer-ts/io/anndata';
import { Geneformer } from '../../geneformer.js';
import type { Shard } from '../../shards/row-run.js';
import { writeVectors } from '../../tables/vector-table.js';
import { type CommandSpec, type NextCommand, textOf } from '../command.js';
import { layoutOf } from '../layout.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, openingOf, vectorBytes } from '../option-values.js';
import { checkOutput, isAnnData, outputFormat, outputFormats, type OutputFormat, writes } from '../output-file.js';
import { partsFolder, recorded, selectShardThreads, shardOption, shardResult } from '../sharded-call.js';
import { countsFacts } from '../show-counts.js';
import { count, facts, page, quotedPath } from '../text.js';

/** The obsm entries that are written. */
const VECTORS = 'X_geneformer';
const LAYOUT = 'X_umap_geneformer';

export const embed: CommandSpec = {
  name: 'embed',
  args: '<file>',
  summary: `Compute one vector per cell: obsm["${VECTORS}"] of a copy of the file, or a table.`,
  examples: ['embed cells.h5ad -o embedded.h5ad --umap', 'embed cells.h5ad -o vectors.parquet --model V1-10M'],
  options: [
    { flags: '-o, --out <file>', text: writes(), required: true },
    { flags: '--format <name>', text: 'format of the file (default: its ending)', choices: outputFormats },
    modelOption,
    { flags: '--umap', text: `also compute a layout, obsm["${LAYOUT}"]` },
    { flags: '--pooling <kind>', text: 'mean over genes (default), or cls', choices: ['mean', 'cls'] },
    shardOption,
    ...countOptions,
  ],
  stopped: 'stopped; nothing was written, except complete parts with --shard',
  estimate: {
    copies: true,
    bytesPerCell: vectorBytes,
    hasPairs: (options) => options['umap'] === true,
  },
  async run({ onProgress, signal, note }, [file], options) {
    const out = textOf(options, 'out') as string;
    const format = outputFormat(out, options['format']);
    await checkOutput(out, format, file);
    const shard = options['shard'] as Shard | undefined;
    if (shard) await selectShardThreads();
    await using cells = await AnnData.open(file, openingOf(options));
    await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, {
      onProgress,
      signal,
    });
    const startedAt = performance.now();
    const pooling = options['pooling'] as 'mean' | 'cls' | undefined;
    const reading = { ...countsOf(options), ...(pooling && { pooling }), onProgress, signal };
    const folder = partsFolder(out);
    if (shard) {
      const compute = () => model.embedShard(cells, folder, { ...reading, shard });
      return shardResult(folder, await recorded(folder, { command: 'embed', file, options }, compute));
    }
    const parts = options['merge'] === true ? { parts: folder } : {};
    const { report, ...vectors } = await model.embed(cells, { ...reading, ...parts });
    const seconds = (performance.now() - startedAt) / 1000;
    if (report.cells.empty > 0) {
      note(`note: ${count(report.cells.empty)} cells express no gene that the model knows; their vectors are NaN`);
    }
    const layout = options['umap'] === true ? await layoutOf(vectors, UMAP, file, { onProgress, signal }) : undefined;
    if (isAnnData(format)) {
      cells.obsm.set(VECTORS, vectors, { replace: true });
      if (layout) cells.obsm.set(LAYOUT, { rows: cells.nObs, cols: 2, data: layout }, { replace: true });
      cells.uns.set(
        'geneformer',
        { model: model.name, counts: report.countsFrom, species: report.species },
        { replace: true },
      );
      for (const text of (await cells.write(out, { signal, onProgress })).notes) note(`note: ${text}`);
    } else {
      const columns = layout && {
        umap_1: layout.filter((_, at) => at % 2 === 0),
        umap_2: layout.filter((_, at) => at % 2 === 1),
      };
      const names = { index: 'cell_id', names: cells.obs.index, prefix: 'geneformer' };
      await writeVectors(out, { ...names, ...vectors, ...(columns && { columns }) }, format);
    }
    const text = facts([
      ['vectors', `${count(vectors.rows)} cells × ${vectors.cols}${isAnnData(format) ? `, obsm["${VECTORS}"]` : ''}`],
      layout && ['layout', isAnnData(format) ? `obsm["${LAYOUT}"]` : 'umap_1, umap_2'],
      ...countsFacts(report, model.name),
      ['speed', `${count(vectors.rows / seconds)} cells per second`],
    ]);
    const json = { out, format, cells: vectors.rows, dimensions: vectors.cols, seconds, model: model.name, report };
    return { json, text: page(out, text), next: nextCommands(file, out, format, layout !== undefined) };
  },
};

function nextCommands(file: string, out: string, format: OutputFormat, hasLayout: boolean): NextCommand[] {
  if (!isAnnData(format)) {
    const note = 'compares the vectors with principal components';
    return [{ command: `evaluate ${quotedPath(file)} --label COLUMN`, note }];
  }
  const note = hasLayout ? undefined : 'computes a layout first';
  return [{ command: `umap ${quotedPath(out)} --color COLUMN,GENE -o cells.png`, ...(note && { note }) }];
}
