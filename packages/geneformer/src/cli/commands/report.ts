import { ArgumentError } from '@geneformer-ts/core';
import { writeFileAtomic } from '@geneformer-ts/core/node';
import { AnnData, columnAsStrings, type NumberMatrix } from '@geneformer-ts/io/anndata';
import { confusionFigure, type PageSection, scatterFigure, type ScatterPanel, sectionsPage } from '@geneformer-ts/viz';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { describeColumns } from '../../cells/describe-columns.js';
import { UNKNOWN } from '../../classifier/annotation.js';
import { CellClassifier } from '../../classifier/cell-classifier.js';
import { type CommandSpec, textOf } from '../command.js';
import { checkOutput } from '../output-file.js';
import { count, decimal, facts, page, percent } from '../text.js';

const LAYOUTS = ['X_umap_geneformer', 'X_umap'];
/** Most panels of the picture: labels first, then scores. */
const MOST_PANELS = 4;

export const report: CommandSpec = {
  name: 'report',
  args: '<path>',
  summary: 'Write one HTML page about a trained classifier, or about an annotated or embedded file.',
  examples: ['report classifier -o classifier.html', 'report annotated.h5ad -o cells.html'],
  options: [{ flags: '-o, --out <file>', text: 'HTML file to write', required: true }],
  async run(_context, [path], options) {
    const out = textOf(options, 'out') as string;
    if (!/\.html?$/i.test(out)) throw new ArgumentError('out', `'${out}' is not a page`, 'end it in .html');
    await checkOutput(out, 'file', path);
    const isFolder = await stat(path).then(
      (info) => info.isDirectory(),
      () => false,
    );
    const sections = isFolder ? await classifierSections(path) : await cellSections(path);
    await writeFileAtomic(out, sectionsPage({ title: basename(path), subtitle: 'Geneformer', sections }));
    return {
      json: { out, sections: sections.map(({ heading }) => heading) },
      text: page(out, facts([['sections', sections.map(({ heading }) => heading).join(', ')]])),
    };
  },
};

async function classifierSections(folder: string): Promise<PageSection[]> {
  await using classifier = await CellClassifier.load(folder);
  const { report: training, base, calibration } = classifier;
  const { scores, unknown, classes, cells, leftOut } = training;
  const omitted = Object.entries(leftOut).map(([label, n]) => `${label} (${count(n)} cells)`);
  return [
    {
      heading: 'Training',
      facts: {
        'pretrained model': base,
        labels: training.labels,
        ...(training.groupBy !== undefined && { 'held-out groups': training.groupBy }),
        cells: `${count(cells.train)} for training, ${count(cells.validation)} for validation, ${count(cells.test)} to test`,
        ...(omitted.length > 0 && { 'labels left out': omitted.join(', ') }),
      },
    },
    {
      heading: 'Scores on held-out cells',
      facts: {
        accuracy: decimal(scores.accuracy),
        'macro F1': decimal(scores.macroF1),
        unknown: `${percent(unknown.share)} of the cells, score below ${decimal(calibration.threshold, 2)}`,
        'accuracy of the others': decimal(unknown.accuracyOfOthers),
      },
      tables: [
        {
          title: 'F1 per label',
          columns: ['label', 'F1'],
          rows: classes.map((name, code) => [name, decimal(scores.f1[code])]),
        },
      ],
      figures: [
        {
          name: 'confusion',
          svg: confusionFigure({
            title: 'Labels and predictions',
            caption: `${count(scores.cells)} held-out cells.`,
            labels: classes,
            matrices: [{ counts: scores.confusion.flat() }],
          }),
          caption: 'Rows are labels, columns are predictions. Each square shows the share of its row.',
        },
      ],
    },
  ];
}

async function cellSections(path: string): Promise<PageSection[]> {
  await using cells = await AnnData.open(path);
  const { labels: named, clusters } = describeColumns(cells.obs);
  const labels = [...named, ...clusters];
  const own = (name: string): number => (name.endsWith('_label') ? 0 : 1);
  const shown = [...labels].sort((a, b) => own(a.name) - own(b.name)).slice(0, MOST_PANELS);
  const tables = shown.map(({ name, counts }) => ({
    title: name,
    columns: ['value', 'cells', 'share'],
    rows: [...counts].sort((a, b) => b[1] - a[1]).map(([value, n]) => [value, count(n), percent(n / cells.nObs)]),
  }));
  const about = {
    format: cells.format,
    cells: count(cells.nObs),
    genes: count(cells.nVars),
    obsm: cells.obsm.keys().join(', ') || '–',
  };
  const layout = LAYOUTS.find((name) => cells.obsm.has(name));
  const figures =
    layout === undefined || shown.length === 0
      ? []
      : [
          await picture(
            cells,
            layout,
            shown.map(({ name }) => name),
          ),
        ];
  return [
    { heading: 'File', facts: about },
    { heading: 'Cells', tables, figures },
  ];
}

async function picture(cells: AnnData, layout: string, columns: readonly string[]) {
  const { data } = (await cells.obsm.get(layout)) as NumberMatrix;
  const rows = Array.from({ length: cells.nObs }, (_, row) => row).filter((row) => Number.isFinite(data[2 * row]));
  const panels = columns.map((title): ScatterPanel => {
    const values = columnAsStrings(cells.obs.get(title));
    return { title, values: rows.map((row) => values[row]), gray: [UNKNOWN] };
  });
  const points = Float32Array.from(rows.flatMap((row) => [data[2 * row], data[2 * row + 1]]));
  const caption = `${count(rows.length)} cells, layout obsm["${layout}"].`;
  return {
    name: 'umap',
    svg: scatterFigure({ title: 'Cells', caption, points, panels }),
    caption: 'One point per cell.',
  };
}
