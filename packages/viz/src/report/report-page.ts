import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { BadValueError, EmptyFigureError } from '../errors.js';
import { element, join, type Markup } from '../drawing/markup.js';
import { resultsTable, simpleTable } from './report-tables.js';
import type { ReportResults, ReportTable } from './report-tables.js';
import { facts, figureBlock, htmlPage, paragraphs, type ReportFigure, section } from './page-parts.js';

export interface ReportSpec {
  title: string;
  /** One line under the title: experiment, profile, data. */
  subtitle?: string;
  /** Question of the experiment, in one or two sentences. */
  question: string;
  /** Answer to the question in a few sentences, with differences and intervals; shown below it. Default none. */
  answer?: string | readonly string[];
  /** True for simulated counts: the page then shows a banner at the top. */
  simulated: boolean;
  /** Paragraphs. A line break within a string starts a new paragraph. */
  data: string | readonly string[];
  protocol: string | readonly string[];
  results: ReportResults;
  /** Further tables, such as paired tests. */
  tables?: readonly ReportTable[];
  figures: readonly ReportFigure[];
  /** Simulated and real parts of the experiment, as two lists. */
  provenance: { simulated: readonly string[]; real: readonly string[] };
  /** Commands, each with an optional description. */
  rerun: readonly { command: string; note?: string }[];
  /** Name and value: node, backend, device, CPU, threads, commit, seed … */
  environment: Readonly<Record<string, string>>;
  /** Language of the texts; default "en". */
  language?: string;
}

const known: OptionNames<ReportSpec> = {
  title: true,
  subtitle: true,
  question: true,
  answer: true,
  simulated: true,
  data: true,
  protocol: true,
  results: true,
  tables: true,
  figures: true,
  provenance: true,
  rerun: true,
  environment: true,
  language: true,
};

/**
 * Returns one self-contained HTML page: question and answer, then the evidence. It has no scripts and makes no requests; style and
 * figures are inline, with styles for narrow and wide screens, dark mode and print. All texts are escaped. Tables and figures that are
 * wider than the page scroll by keyboard too. Measured and published numbers are in separate columns.
 *
 * @throws EmptyFigureError without models or metrics; BadValueError when a figure is not an SVG or holds a script, or
 *   two figures share a name
 */
export function reportPage(spec: ReportSpec): string {
  checkOptions('reportPage', spec, known);
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
            'The cells on this page come from a generative model. The numbers compare methods on data with known ground truth; they are not findings about tissue.',
          )
        : undefined,
      element('p', { class: 'question' }, spec.question),
      answerBlock(spec.answer ?? []),
    ),
    section('results', 'Results', resultsTable(spec.results), ...(spec.tables ?? []).map(simpleTable)),
    section('figures', 'Figures', ...spec.figures.map(figureBlock)),
    section('data', 'Data', ...paragraphs(spec.data)),
    section('protocol', 'Protocol', ...paragraphs(spec.protocol)),
    section(
      'provenance',
      'Simulated and real parts',
      element(
        'div',
        { class: 'columns' },
        list('Simulated', spec.provenance.simulated),
        list('Real', spec.provenance.real),
      ),
    ),
    section('rerun', 'How to run it again', ...spec.rerun.map(commandBlock)),
    section('environment', 'Environment', facts(spec.environment)),
  ]);
  return htmlPage(spec.title, body, { id: 'results', text: 'Skip to the results' }, spec.language);
}

function answerBlock(answer: string | readonly string[]): Markup | undefined {
  const sentences = paragraphs(answer);
  if (sentences.length === 0) return undefined;
  return element('section', { class: 'answer', 'aria-label': 'Answer' }, element('h2', {}, 'Answer'), sentences);
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
    element('pre', { role: 'region', tabindex: 0, 'aria-label': 'Command' }, element('code', {}, command)),
  );
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
        'an SVG with a script, an event handler or a link',
        'remove these from the SVG',
      );
    }
    if (!/^[A-Za-z][\w.-]*$/.test(figure.name))
      throw new BadValueError(
        'reportPage',
        `${field}.name`,
        figure.name,
        'use letters, digits, "_", "-" and ".", and start with a letter',
      );
    if (names.has(figure.name))
      throw new BadValueError('reportPage', `${field}.name`, figure.name, 'give each figure its own name');
    names.add(figure.name);
  });
}
