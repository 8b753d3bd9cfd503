import { type OptionNames } from '@geneformer-ts/core';
import { element } from './markup.js';
import type { Markup } from './markup.js';
import { ink, muted, paper } from './palette.js';
import { fontFamily } from '#font';
import { labelLines, lettering, linesHeight } from './theme.js';
import { wrap } from './words.js';

/** The texts around every figure. */
export interface FigureText {
  title: string;
  /** A second line below the title, such as the number of cells. */
  subtitle?: string;
  /**
   * Printed under the figure, wrapped. Names the data source, and says "simulated data" for simulated data, because
   * figures are shared without their page.
   */
  caption: string;
}

export const figureTextNames: OptionNames<FigureText> = { title: true, subtitle: true, caption: true };

/** Drawing inside the frame, with the origin at its top left. */
interface Body {
  width: number;
  height: number;
  markup: Markup | readonly (Markup | undefined)[];
}

const margin = 18;
const narrowest = 420;

/**
 * Returns an SVG with title, body and caption on a white background, and a title and description for screen readers.
 * `description` is one sentence on the content of the drawing; with the caption it becomes the SVG's `desc`.
 */
export function frame(text: FigureText, body: Body, description: string): string {
  const width = Math.max(body.width, narrowest);
  const titleLines = wrap(text.title, width, lettering.title);
  const subtitleLines = text.subtitle ? wrap(text.subtitle, width, lettering.label) : [];
  const captionLines = text.caption ? wrap(text.caption, width, lettering.small) : [];

  const subtitleTop = margin + linesHeight(titleLines.length, lettering.title);
  const bodyTop = subtitleTop + linesHeight(subtitleLines.length, lettering.label) + 14;
  const captionTop = bodyTop + body.height + (captionLines.length ? 14 : 0);
  const height = captionTop + linesHeight(captionLines.length, lettering.small) + margin;

  const drawing = element('g', { transform: `translate(${margin} ${Math.round(bodyTop * 100) / 100})` }, body.markup);
  const id = `figure-${fingerprint(text.title + text.caption + drawing.source)}`;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: Math.ceil(width + 2 * margin),
      height: Math.ceil(height),
      viewBox: `0 0 ${Math.ceil(width + 2 * margin)} ${Math.ceil(height)}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
      'font-family': fontFamily,
      'font-stretch': 'condensed',
    },
    element('title', { id: `${id}-title` }, text.title),
    element('desc', { id: `${id}-desc` }, [description, text.caption].filter(Boolean).join(' ')),
    element('rect', { width: '100%', height: '100%', fill: paper }),
    labelLines(titleLines, margin, margin + lettering.title.size, lettering.title, { fill: ink }),
    labelLines(subtitleLines, margin, subtitleTop + lettering.label.size, lettering.label, { fill: muted }),
    drawing,
    labelLines(captionLines, margin, captionTop + lettering.small.size, lettering.small, { fill: muted }),
  ).source;
}

/** Hashes the drawing (FNV-1a), so that ids differ between the figures of one page but not between runs. */
function fingerprint(source: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < source.length; i++) hash = Math.imul(hash ^ source.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
