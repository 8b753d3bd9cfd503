import { UMAP } from '@geneformer-ts/analysis';
import { FieldMissingError } from '@geneformer-ts/core';
import { writeFileAtomic } from '@geneformer-ts/core/node';
import { AnnData, columnAsStrings, type NumberMatrix } from '@geneformer-ts/io/anndata';
import { scatterFigure, type ScatterPanel, toPng } from '@geneformer-ts/viz';
import { basename, extname } from 'node:path';
import { ArgumentError } from '@geneformer-ts/core';
import { rawCounts } from '../../cells/raw-counts.js';
import { levelsOfGene } from '../../cells/expression.js';
import { UNKNOWN } from '../../classifier/annotation.js';
import { Geneformer } from '../../geneformer.js';
import { type CommandContext, type CommandSpec, type Options, textOf } from '../command.js';
import { layoutOf } from '../layout.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, names, openingOf } from '../option-values.js';
import { checkOutput } from '../output-file.js';
import { count, facts, page } from '../text.js';

/** Layouts of two columns that are drawn as they are, the first that the file has. */
const LAYOUTS = ['X_umap_geneformer', 'X_umap'];
/** Vectors that a layout is computed from. */
const VECTORS = ['X_geneformer'];

export const umap: CommandSpec = {
  name: 'umap',
  args: '<file>',
  summary: 'Draw cells, colored by obs columns and by the expression of genes.',
  examples: ['umap embedded.h5ad --color cell_type,CD3E,n_counts -o umap.png'],
  options: [
    {
      flags: '-c, --color <names>',
      text: 'obs columns or genes, with commas between them',
      read: names,
      required: true,
    },
    { flags: '-o, --out <file>', text: 'picture to write: .png or .svg', required: true },
    { flags: '--basis <name>', text: 'obsm entry: a layout, or vectors to compute one from (default: found)' },
    { flags: '--title <text>', text: 'title of the picture (default: the name of the file)' },
    modelOption,
    ...countOptions,
  ],
  estimate: {
    obsm: (cells, options) => {
      const basis = textOf(options, 'basis') ?? [...LAYOUTS, ...VECTORS].find((name) => cells.obsm.has(name));
      return basis !== undefined && cells.obsm.has(basis) ? [basis] : [];
    },
    hasPairs: () => true,
  },
  async run(context, [file], options) {
    const out = textOf(options, 'out') as string;
    const ending = extname(out).toLowerCase();
    if (!['.png', '.svg'].includes(ending)) {
      throw new ArgumentError('out', `'${out}' is not a picture`, 'end it in .png or .svg');
    }
    await checkOutput(out, 'file', file);
    await using cells = await AnnData.open(file, openingOf(options));
    // Unknown names are reported before anything is computed.
    const all = await Promise.all(
      (options['color'] as string[]).map((name) => panelOf(cells, name, options, context.signal)),
    );
    const { layout, basis } = await layoutFor(cells, options, context);
    const usable = Array.from({ length: cells.nObs }, (_, row) => row).filter((row) =>
      Number.isFinite(layout[2 * row]),
    );
    const points = Float32Array.from(usable.flatMap((row) => [layout[2 * row], layout[2 * row + 1]]));
    const missing = cells.nObs - usable.length;
    const svg = scatterFigure({
      title: textOf(options, 'title') ?? basename(file),
      caption: `${count(usable.length)} cells, layout ${basis}.${missing > 0 ? ` ${count(missing)} cells have no vector.` : ''}`,
      points,
      panels: all.map((panel) => rowsOfPanel(panel, usable)),
    });
    await writeFileAtomic(out, ending === '.svg' ? svg : toPng(svg));
    const colors = all.map(({ title }) => title);
    const text = facts([
      ['cells', count(usable.length)],
      ['layout', basis],
      ['colors', colors.join(', ')],
    ]);
    return { json: { out, cells: usable.length, basis, colors }, text: page(out, text) };
  },
};

/** Returns the colors of all cells by an obs column, or by a gene. @throws FieldMissingError */
async function panelOf(cells: AnnData, name: string, options: Options, signal: AbortSignal): Promise<ScatterPanel> {
  if (cells.obs.has(name)) {
    const column = cells.obs.get(name);
    if (column.kind === 'number') return { title: name, numbers: column.values };
    return { title: name, values: columnAsStrings(column), gray: [UNKNOWN] };
  }
  const { matrix } = await rawCounts(cells, textOf(options, 'layer'));
  const levels = await levelsOfGene(matrix, name, signal);
  if (levels) return { title: `${name}, log(1 + counts per 10,000)`, numbers: levels };
  throw new FieldMissingError(cells.path, `obs column or gene '${name}'`, cells.obs.keys());
}

function rowsOfPanel({ values, numbers, ...panel }: ScatterPanel, rows: readonly number[]): ScatterPanel {
  if (numbers) return { ...panel, numbers: Float64Array.from(rows, (row) => numbers[row]) };
  return { ...panel, values: rows.map((row) => values?.[row]) };
}

async function layoutFor(
  cells: AnnData,
  options: Options,
  { onProgress, signal }: CommandContext,
): Promise<{ layout: ArrayLike<number>; basis: string }> {
  const calls = { onProgress, signal };
  const asked = textOf(options, 'basis');
  if (asked !== undefined && !cells.obsm.has(asked)) {
    throw new FieldMissingError(cells.path, `obsm['${asked}']`, cells.obsm.keys());
  }
  const basis = asked ?? [...LAYOUTS, ...VECTORS].find((name) => cells.obsm.has(name));
  if (basis !== undefined) {
    const { rows, cols, data } = (await cells.obsm.get(basis)) as NumberMatrix;
    if (cols === 2) return { layout: data, basis: `obsm["${basis}"]` };
    const layout = await layoutOf({ rows, cols, data: Float32Array.from(data) }, UMAP, cells.path, calls);
    return { layout, basis: `UMAP of obsm["${basis}"]` };
  }
  await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, calls);
  const vectors = await model.embed(cells, { ...countsOf(options), ...calls });
  return { layout: await layoutOf(vectors, UMAP, cells.path, calls), basis: `UMAP of the vectors of ${model.name}` };
}
