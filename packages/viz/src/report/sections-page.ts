import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { EmptyFigureError } from '../errors.js';
import { element, join } from '../drawing/markup.js';
import { facts, figureBlock, htmlPage, paragraphs, type ReportFigure, section } from './page-parts.js';
import { type ReportTable, simpleTable } from './report-tables.js';

/** One part of a page: text, facts, tables and figures, in this order. */
export interface PageSection {
  heading: string;
  text?: string | readonly string[];
  facts?: Readonly<Record<string, string>>;
  tables?: readonly ReportTable[];
  figures?: readonly ReportFigure[];
}

export interface SectionsSpec {
  title: string;
  /** One line under the title. */
  subtitle?: string;
  sections: readonly PageSection[];
}

const known: OptionNames<SectionsSpec> = { title: true, subtitle: true, sections: true };

/**
 * Returns one self-contained HTML page with sections, in the style of `reportPage`: no scripts, no requests, all texts
 * escaped.
 *
 * @throws EmptyFigureError without sections
 */
export function sectionsPage(spec: SectionsSpec): string {
  checkOptions('sectionsPage', spec, known);
  if (spec.sections.length === 0) throw new EmptyFigureError('sectionsPage', 'sections', 'give at least one section');
  const body = join([
    element(
      'header',
      {},
      element('h1', {}, spec.title),
      spec.subtitle ? element('p', { class: 'subtitle' }, spec.subtitle) : undefined,
    ),
    ...spec.sections.map((part, i) =>
      section(
        `section-${i + 1}`,
        part.heading,
        ...paragraphs(part.text ?? []),
        facts(part.facts ?? {}),
        ...(part.tables ?? []).map(simpleTable),
        ...(part.figures ?? []).map(figureBlock),
      ),
    ),
  ]);
  return htmlPage(spec.title, body, { id: 'section-1', text: 'Skip to the first section' });
}
