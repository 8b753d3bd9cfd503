import { NearestNeighbors } from '@geneformer-ts/analysis';
import { AnnData, writeH5ad } from '@geneformer-ts/io/anndata';
import { CellsUnfitError } from '../../errors.js';
import type { GeneEmbedding } from '../../embedding/embed-genes.js';
import { Geneformer } from '../../geneformer.js';
import { writeVectors } from '../../tables/vector-table.js';
import { type CommandSpec, textOf } from '../command.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, names, openingOf } from '../option-values.js';
import { checkOutput, outputFormat, outputFormats, writes } from '../output-file.js';
import { count, decimal, facts, page, quotedPath } from '../text.js';

/** Neighbors that are listed per gene. */
const LISTED = 8;

const geneFormats = outputFormats.filter((format) => format !== 'zarr');

export const genes: CommandSpec = {
  name: 'genes',
  args: '<file>',
  summary: 'Compute one vector per gene, averaged over the cells, and list the nearest genes.',
  examples: ['genes cells.h5ad -o genes.csv --near CD3E,MS4A1'],
  options: [
    { flags: '-o, --out <file>', text: writes(geneFormats) },
    { flags: '--format <name>', text: 'format of the file (default: its ending)', choices: geneFormats },
    { flags: '--near <genes>', text: 'symbols or ids whose nearest genes are listed', read: names },
    modelOption,
    ...countOptions,
  ],
  estimate: {},
  async run({ onProgress, signal }, [file], options) {
    const out = textOf(options, 'out');
    const format = out === undefined ? undefined : outputFormat(out, options['format'], geneFormats);
    if (out !== undefined && format !== undefined) await checkOutput(out, format, file);
    await using cells = await AnnData.open(file, openingOf(options));
    await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, {
      onProgress,
      signal,
    });
    const found = await model.embedGenes(cells, { ...countsOf(options), onProgress, signal });
    if (out !== undefined && format !== undefined) await writeGenes(out, format, found, model.name);
    const near = nearestGenes(found, (options['near'] as string[] | undefined) ?? [], file);
    const lists = near.map(({ gene, nearest }) => {
      const shown = nearest.map(({ name, cosine }) => `${name} ${decimal(cosine, 2)}`);
      return [gene, shown.join(', ')] as const;
    });
    const size = facts([
      ['genes', `${count(found.ids.length)} × ${found.cols}`],
      ['cells', count(cells.nObs)],
    ]);
    const text = page(out ?? file, size, lists.length > 0 && page('nearest genes, with cosines', facts(lists)));
    const next = {
      command: `perturb ${quotedPath(file)} -o deleted --estimate`,
      note: 'the effect of deleting each gene',
    };
    return { json: { out: out ?? null, genes: found.ids.length, dimensions: found.cols, near }, text, next: [next] };
  },
};

async function writeGenes(out: string, format: string, found: GeneEmbedding, model: string): Promise<void> {
  const { ids, symbols, cells, data, cols } = found;
  if (format !== 'h5ad') {
    const columns = { symbol: symbols, cells };
    const table = { index: 'gene_id', names: ids, columns, data, cols, prefix: 'geneformer' };
    return writeVectors(out, table, format as 'csv' | 'npz' | 'parquet');
  }
  const dimensions = Array.from({ length: cols }, (_, col) => String(col));
  await writeH5ad(out, {
    obs: {
      index: ids,
      columns: new Map([
        ['symbol', { kind: 'string', values: symbols }],
        ['cells', { kind: 'number', values: Float64Array.from(cells) }],
      ]),
    },
    var: { index: dimensions, columns: new Map() },
    blocks: [denseBlock(data, ids.length, cols)],
    obsm: { X_geneformer: { rows: ids.length, cols, data } },
    uns: { geneformer: { model } },
  });
}

function denseBlock(data: Float32Array, rows: number, cols: number) {
  const indptr = Int32Array.from({ length: rows + 1 }, (_, row) => row * cols);
  const indices = Int32Array.from({ length: rows * cols }, (_, at) => at % cols);
  return { rowStart: 0, rows, cols, indptr, indices, data };
}

/** Returns the nearest genes of some genes by cosine. @throws CellsUnfitError for a gene without a vector */
function nearestGenes({ ids, symbols, data, cols }: GeneEmbedding, wanted: readonly string[], file: string) {
  if (wanted.length === 0) return [];
  const rows = wanted.map((gene) => {
    const row = ids.includes(gene) ? ids.indexOf(gene) : symbols.indexOf(gene);
    if (row >= 0) return row;
    throw new CellsUnfitError(
      file,
      `gene '${gene}'`,
      'no cell expresses it, or the model does not know it',
      'use another gene',
    );
  });
  const points = { rows: ids.length, cols, data };
  const k = Math.min(LISTED + 1, ids.length);
  const queries = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => queries.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
  const found = new NearestNeighbors({ nNeighbors: k, metric: 'cosine' })
    .fit(points)
    .kneighbors({ rows: rows.length, cols, data: queries });
  return rows.map((row, at) => {
    const nearest = Array.from({ length: k }, (_, i) => at * k + i)
      .filter((i) => found.indices[i] !== row)
      .slice(0, LISTED)
      .map((i) => ({ name: symbols[found.indices[i]] ?? ids[found.indices[i]], cosine: 1 - found.distances[i] }));
    return { gene: wanted[at], nearest };
  });
}
