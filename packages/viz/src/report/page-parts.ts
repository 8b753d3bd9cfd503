/** Parts of a report: the shell of the page, sections, figures and lists of facts. */
import { element, escapeText, Markup } from '../drawing/markup.js';
import { scrollable } from './report-tables.js';
import { stylesheet } from './report-style.js';

export interface ReportFigure {
  /**
   * File name without its ending, also the figure's anchor. A name such as "figure4_cell_performance" gives the number in the caption;
   * other figures have none.
   */
  name: string;
  /** SVG text from one of the figure functions, with its own title and caption. */
  svg: string;
  /** Text below the figure: how to read it, and its result. */
  caption: string;
}

/** The first section of a page, which a link at its top leads to. */
export interface SkipLink {
  id: string;
  text: string;
}

/** Returns a page with inline style that needs nothing else. */
export function htmlPage(title: string, body: Markup, skip: SkipLink, language = 'en'): string {
  return [
    '<!doctype html>',
    `<html lang="${escapeText(language)}">`,
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    element('title', {}, title).source,
    `<style>${stylesheet}</style>`,
    '</head>',
    '<body>',
    element('a', { class: 'skip', href: `#${skip.id}` }, skip.text).source,
    element('main', {}, body).source,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Returns a section, or nothing if it has no content. */
export function section(id: string, heading: string, ...content: readonly (Markup | undefined)[]): Markup | undefined {
  return content.some((one) => one)
    ? element(
        'section',
        { id, 'aria-labelledby': `${id}-heading` },
        element('h2', { id: `${id}-heading` }, heading),
        content,
      )
    : undefined;
}

/** Returns one paragraph per text and per line. */
export function paragraphs(texts: string | readonly string[]): Markup[] {
  return [texts]
    .flat()
    .flatMap((text) => text.split(/\n+/))
    .filter((text) => text.trim())
    .map((text) => element('p', {}, text));
}

/** Returns a figure with its caption, and the number that its name gives. */
export function figureBlock(figure: ReportFigure): Markup {
  const number = /^figure(\d+)(?![A-Za-z\d])/.exec(figure.name)?.[1];
  const caption = `${figure.name}-caption`;
  return element(
    'figure',
    { id: figure.name },
    scrollable('sheet', caption, new Markup(figure.svg.slice(figure.svg.indexOf('<svg')))),
    element(
      'figcaption',
      { id: caption },
      number === undefined ? undefined : element('strong', {}, `Figure ${number}. `),
      figure.caption,
      ' ',
      element('small', {}, figure.name),
    ),
  );
}

/** Returns names and values, or nothing if there are none. */
export function facts(values: Readonly<Record<string, string>>): Markup | undefined {
  const entries = Object.entries(values);
  return entries.length
    ? element(
        'dl',
        {},
        entries.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
      )
    : undefined;
}
