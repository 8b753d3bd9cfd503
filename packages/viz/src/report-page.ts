import { BadValueError, EmptyFigureError } from './errors.js';
import { element, escapeText, join, Markup } from './markup.js';
import { resultsTable, simpleTable } from './report-tables.js';
import type { ReportResults, ReportTable } from './report-tables.js';
import { stylesheet } from './report-style.js';

export interface ReportFigure {
  /** File name without its ending, such as "figure4_cell_performance"; also the figure's anchor. */
  name: string;
  /** What one of the figure functions returned; it carries its own title and caption. */
  svg: string;
  /** How to read it and what it shows, below the figure. */
  caption: string;
}

export interface ReportSpec {
  title: string;
  /** One sentence under the title: experiment, profile, data. */
  subtitle?: string;
  /** The question of the experiment, in a sentence or two. */
  question: string;
  /** True when the counts come from a simulator: the page then says so in a banner at its top. */
  simulated: boolean;
  /** Paragraphs. A line break within a string begins a new paragraph. */
  data: string | readonly string[];
  protocol: string | readonly string[];
  results: ReportResults;
  /** Further tables, such as paired tests. */
  tables?: readonly ReportTable[];
  figures: readonly ReportFigure[];
  /** What is made up and what was measured, as two lists. */
  provenance: { simulated: readonly string[]; real: readonly string[] };
  /** Commands, each with what it does. */
  rerun: readonly { command: string; note?: string }[];
  /** Name and value: node, backend, device, CPU, threads, commit, seed … */
  environment: Readonly<Record<string, string>>;
  /** Language of the texts; default "en". */
  language?: string;
}

/**
 * One self-contained HTML page: no scripts, no requests, style and figures inline, light and dark, fit for printing. All texts are
 * escaped; measured and published numbers stand in columns of their own.
 *
 * @throws EmptyFigureError without models or metrics; BadValueError when a figure is not an SVG or holds a script, or two figures share a name
 */
export function reportPage(spec: ReportSpec): string {
  check(spec);
  const body = join([
    element(
      'header',
      {},
      element('h1', {}, spec.title),
      spec.subtitle ? element('p', { class: 'subtitle' }, spec.subtitle) : undefined,
      spec.simulated
        ? element(
            'p',
            { class: 'banner', role: 'note' },
            element('strong', {}, 'Simulated data. '),
            'The cells of this page come from a generative model. The numbers say how the methods do on data with known truth; they are not findings about tissue.',
          )
        : undefined,
      element('p', { class: 'question' }, spec.question),
    ),
    section('data', 'Data', ...paragraphs(spec.data)),
    section('protocol', 'Protocol', ...paragraphs(spec.protocol)),
    section('results', 'Results', resultsTable(spec.results), ...(spec.tables ?? []).map(simpleTable)),
    section('figures', 'Figures', ...spec.figures.map((figure, i) => figureBlock(figure, i + 1))),
    section(
      'provenance',
      'What is simulated and what is real',
      element(
        'div',
        { class: 'columns' },
        list('Simulated', spec.provenance.simulated),
        list('Real', spec.provenance.real),
      ),
    ),
    section('rerun', 'How to run it again', ...spec.rerun.map(commandBlock)),
    section('environment', 'Environment', environment(spec.environment)),
  ]);
  return [
    '<!doctype html>',
    `<html lang="${escapeText(spec.language ?? 'en')}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    element('title', {}, spec.title).source,
    `<style>${stylesheet}</style>`,
    '</head>',
    '<body>',
    element('main', {}, body).source,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function section(id: string, heading: string, ...content: readonly (Markup | undefined)[]): Markup | undefined {
  return content.some((one) => one)
    ? element(
        'section',
        { id, 'aria-labelledby': `${id}-heading` },
        element('h2', { id: `${id}-heading` }, heading),
        content,
      )
    : undefined;
}

function paragraphs(texts: string | readonly string[]): Markup[] {
  return [texts]
    .flat()
    .flatMap((text) => text.split(/\n+/))
    .filter((text) => text.trim())
    .map((text) => element('p', {}, text));
}

function figureBlock(figure: ReportFigure, number: number): Markup {
  return element(
    'figure',
    { id: figure.name },
    element('div', { class: 'sheet' }, new Markup(figure.svg.slice(figure.svg.indexOf('<svg')))),
    element(
      'figcaption',
      {},
      element('strong', {}, `Figure ${number}. `),
      figure.caption,
      ' ',
      element('small', {}, figure.name),
    ),
  );
}

function list(heading: string, entries: readonly string[]): Markup {
  return element(
    'div',
    {},
    element('h3', {}, heading),
    entries.length
      ? element(
          'ul',
          {},
          entries.map((entry) => element('li', {}, entry)),
        )
      : element('p', {}, 'Nothing.'),
  );
}

function commandBlock({ command, note }: { command: string; note?: string }): Markup {
  return element(
    'div',
    {},
    note ? element('p', {}, note) : undefined,
    element('pre', {}, element('code', {}, command)),
  );
}

function environment(values: Readonly<Record<string, string>>): Markup | undefined {
  const entries = Object.entries(values);
  return entries.length
    ? element(
        'dl',
        {},
        entries.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
      )
    : undefined;
}

function check(spec: ReportSpec): void {
  if (spec.results.models.length === 0)
    throw new EmptyFigureError('reportPage', 'results.models', 'give at least one model');
  if (spec.results.metrics.length === 0)
    throw new EmptyFigureError('reportPage', 'results.metrics', 'name at least one metric');
  const names = new Set<string>();
  spec.figures.forEach((figure, i) => {
    const field = `figures[${i}]`;
    if (!/^(<\?xml[^>]*\?>)?\s*<svg[\s>]/.test(figure.svg) || !figure.svg.trimEnd().endsWith('</svg>')) {
      throw new BadValueError(
        'reportPage',
        `${field}.svg`,
        JSON.stringify(figure.svg.slice(0, 30)),
        'give the SVG text, not a path',
      );
    }
    if (
      /<script|<foreignObject|\son\w+\s*=|(href|src)\s*=\s*["']?\s*(?!#)/i.test(figure.svg.replace(/>[^<]*</g, '><'))
    ) {
      throw new BadValueError(
        'reportPage',
        `${field}.svg`,
        'an active or linking SVG',
        'give one without scripts, event handlers and links',
      );
    }
    if (!/^[A-Za-z][\w.-]*$/.test(figure.name))
      throw new BadValueError(
        'reportPage',
        `${field}.name`,
        figure.name,
        'use letters, digits, "_", "-" and ".", beginning with a letter',
      );
    if (names.has(figure.name)) throw new BadValueError('reportPage', `${field}.name`, figure.name, 'a name used once');
    names.add(figure.name);
  });
}
