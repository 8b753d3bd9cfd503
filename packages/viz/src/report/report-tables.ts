import { element, join } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { formatQuoted, formatScore } from '../drawing/numbers.js';

export interface ReportModel {
  name: string;
  /** Measured scores by metric. A missing metric is shown as a dash, NaN as "not defined". */
  measured: Readonly<Record<string, { mean: number; interval?: readonly [number, number] }>>;
  /** Published scores by metric, with their sources. */
  published?: Readonly<Record<string, { value: number; source: string }>>;
}

export interface ReportResults {
  /** Column groups, in order. */
  metrics: readonly string[];
  models: readonly ReportModel[];
  /** Text under the table: the meaning of the brackets and the data behind them. */
  note: string;
}

/** A table of plain texts. Columns with only numbers are right-aligned. */
export interface ReportTable {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  note?: string;
}

/**
 * Returns the table of models × metrics. Measured columns come first, published columns after a vertical line; the
 * sources are numbered below the table.
 */
export function resultsTable(results: ReportResults): Markup {
  const publishedMetrics = results.metrics.filter((metric) =>
    results.models.some((model) => model.published?.[metric]),
  );
  const sources = [
    ...new Set(
      results.models.flatMap((model) => publishedMetrics.flatMap((metric) => model.published?.[metric]?.source ?? [])),
    ),
  ];
  const heading = (text: string, attributes = {}): Markup => element('th', { scope: 'col', ...attributes }, text);
  const table = element(
    'table',
    { class: 'results' },
    caption('results-caption', 'Score of every model'),
    element(
      'thead',
      {},
      publishedMetrics.length
        ? element(
            'tr',
            {},
            element('td', {}, ''),
            heading('Measured here', { colspan: results.metrics.length, scope: 'colgroup', class: 'span' }),
            heading('Published, on other data', {
              colspan: publishedMetrics.length,
              scope: 'colgroup',
              class: 'span published first',
            }),
          )
        : undefined,
      element(
        'tr',
        {},
        heading('Model'),
        results.metrics.map((metric) => heading(metric, { class: 'number' })),
        publishedMetrics.map((metric, i) => heading(metric, { class: `number published${i === 0 ? ' first' : ''}` })),
      ),
    ),
    element(
      'tbody',
      {},
      results.models.map((model) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, model.name),
          results.metrics.map((metric) => element('td', { class: 'number' }, measuredCell(model, metric))),
          publishedMetrics.map((metric, i) =>
            element(
              'td',
              { class: `number published${i === 0 ? ' first' : ''}` },
              publishedCell(model, metric, sources),
            ),
          ),
        ),
      ),
    ),
  );
  return join([
    scrollable('scroll', 'results-caption', table),
    element('p', { class: 'note' }, results.note),
    sources.length
      ? element(
          'ol',
          { class: 'note sources' },
          sources.map((source) => element('li', {}, source)),
        )
      : undefined,
  ]);
}

function measuredCell(model: ReportModel, metric: string): (Markup | string)[] {
  const score = model.measured[metric];
  if (!score) return ['–'];
  const [low, high] = score.interval ?? [NaN, NaN];
  if (!Number.isFinite(score.mean) || !Number.isFinite(low) || !Number.isFinite(high)) return [formatScore(score.mean)];
  return [formatScore(score.mean), ' ', element('small', {}, `[${formatScore(low)}, ${formatScore(high)}]`)];
}

function publishedCell(model: ReportModel, metric: string, sources: readonly string[]): (Markup | string)[] {
  const quoted = model.published?.[metric];
  if (!quoted) return ['–'];
  return [formatQuoted(quoted.value), element('sup', {}, String(sources.indexOf(quoted.source) + 1))];
}

/** Returns a table of plain texts; `index` tells the tables of a page apart. */
export function simpleTable(table: ReportTable, index: number): Markup {
  const id = `table-${index + 1}-caption`;
  const numeric = table.columns.map(
    (_, c) =>
      table.rows.length > 0 && table.rows.every((row) => /^[<>≤≥]?\s?[-−+]?[\d.,]+(e-?\d+)?%?$/.test(row[c] ?? '')),
  );
  const style = (c: number): { class?: string } => (numeric[c] ? { class: 'number' } : {});
  const cell = (text: string, c: number): Markup =>
    c === 0 && !numeric[0] ? element('th', { scope: 'row' }, text) : element('td', style(c), text);
  return join([
    scrollable(
      'scroll',
      id,
      element(
        'table',
        {},
        caption(id, table.title),
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            table.columns.map((column, c) => element('th', { scope: 'col', ...style(c) }, column)),
          ),
        ),
        element(
          'tbody',
          {},
          table.rows.map((row) =>
            element(
              'tr',
              {},
              table.columns.map((_, c) => cell(row[c] ?? '–', c)),
            ),
          ),
        ),
      ),
    ),
    table.note ? element('p', { class: 'note' }, table.note) : undefined,
  ]);
}

function caption(id: string, title: string): Markup {
  return element('caption', {}, element('h3', { id }, title));
}

/** Returns a box that scrolls sideways where its content is wider than the page; with the focus, also by arrow keys. */
export function scrollable(style: 'scroll' | 'sheet', labelledBy: string, content: Markup): Markup {
  return element('div', { class: style, role: 'region', tabindex: 0, 'aria-labelledby': labelledBy }, content);
}
