/**
 * Figures of the study: takes data and returns SVG text, PNG bytes and one HTML page with all figures. Depends on no
 * model, metric or file layout, and writes no files.
 *
 * ```ts
 * import { UMAP } from '@geneformer-ts/analysis';
 * import { scatterFigure, toPng } from '@geneformer-ts/viz';
 *
 * const points = await new UMAP().fitTransform({ rows, cols, data: embeddings });
 * const svg = scatterFigure({
 *   title: 'Cell embeddings',
 *   caption: '3,000 simulated cells.',
 *   points,
 *   panels: [{ title: 'Cell type', values: cellTypes }],
 * });
 * await writeFile('umap.png', toPng(svg));
 * ```
 */
export { confusionFigure } from './confusion.js';
export type { ConfusionSpec } from './confusion.js';
export { GeneformerError } from '@geneformer-ts/core';
export { BadValueError, EmptyFigureError, RenderError, ShapeMismatchError, UnknownNameError } from './errors.js';
export type { FigureText } from './frame.js';
export { intervalFigure } from './interval.js';
export type { Estimate, IntervalSpec, PublishedMark } from './interval.js';
export type { IntervalMarks } from './interval-panel.js';
export { lineFigure } from './line.js';
export type { LineSeries, LineSpec } from './line.js';
export { categories, categoryColor } from './palette.js';
export { toPng } from './png.js';
export { reportPage } from './report-page.js';
export type { ReportFigure, ReportSpec } from './report-page.js';
export type { ReportModel, ReportResults, ReportTable } from './report-tables.js';
export { averageRoc } from './roc-average.js';
export type { RocBand, RocPoints } from './roc-average.js';
export { rocFigure } from './roc.js';
export type { RocCurve, RocSpec } from './roc.js';
export { scatterFigure } from './scatter.js';
export type { ScatterPanel, ScatterSpec } from './scatter.js';
