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
export { confusionFigure } from './figures/confusion.js';
export type { ConfusionSpec } from './figures/confusion.js';
export { GeneformerError } from '@geneformer-ts/core';
export { BadValueError, EmptyFigureError, RenderError, ShapeMismatchError, UnknownNameError } from './errors.js';
export type { FigureText } from './drawing/figure-frame.js';
export { intervalFigure } from './figures/interval.js';
export type { Estimate, IntervalSpec, PublishedMark } from './figures/interval.js';
export type { IntervalMarks } from './figures/interval-panel.js';
export { lineFigure } from './figures/line.js';
export type { LineSeries, LineSpec } from './figures/line.js';
export { categories, categoryColor } from './drawing/palette.js';
export { toPng } from '#png';
export { reportPage } from './report/report-page.js';
export type { ReportSpec } from './report/report-page.js';
export type { ReportFigure } from './report/page-parts.js';
export { sectionsPage } from './report/sections-page.js';
export type { PageSection, SectionsSpec } from './report/sections-page.js';
export type { ReportModel, ReportResults, ReportTable } from './report/report-tables.js';
export { rankedEffectsFigure } from './figures/ranked-effects.js';
export type { RankedEffect, RankedEffectsSpec } from './figures/ranked-effects.js';
export { averageRoc } from './figures/roc-average.js';
export type { RocBand, RocPoints } from './figures/roc-average.js';
export { rocFigure } from './figures/roc.js';
export type { RocCurve, RocSpec } from './figures/roc.js';
export { scatterFigure } from './figures/scatter.js';
export type { ScatterPanel, ScatterSpec } from './figures/scatter.js';
export { volcanoFigure } from './figures/volcano.js';
export type { VolcanoSpec } from './figures/volcano.js';
