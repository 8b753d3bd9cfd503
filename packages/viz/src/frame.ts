import { element } from './markup.js';
import type { Markup } from './markup.js';
import { ink, muted, paper } from './palette.js';
import { fontFamily } from './font.js';
import { labelLines, lettering, linesHeight } from './theme.js';
import { wrap } from './words.js';

/** The words around every figure. */
export interface FigureText {
  title: string;
  /** A second line below the title: what, how many. */
  subtitle?: string;
  /**
   * Printed under the figure, wrapped. Says what a reader who only has the picture must know: where the data come from,
   * and "simulated data" where they are.
   */
  caption: string;
}

/** What a figure draws inside its frame, with the origin at its top left. */
interface Body {
  width: number;
  height: number;
  markup: Markup | readonly (Markup | undefined)[];
}

const margin = 18;
const narrowest = 420;

/**
 * Sets title, body and caption on white paper and names them for screen readers. `description` says in a sentence what the
 * drawing shows; it becomes the SVG's `desc` together with the caption.
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

/** FNV-1a of the drawing: ids that differ between the figures of one page and never between two runs. */
function fingerprint(source: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < source.length; i++) hash = Math.imul(hash ^ source.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
