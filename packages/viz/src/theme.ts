import { element } from './markup.js';
import type { Attributes, Markup } from './markup.js';
import { ink } from './palette.js';
import type { Lettering } from './words.js';

/**
 * Sizes in CSS pixels (1/96 inch). A two-column figure is 760 px of content; printed 183 mm wide (two columns of a journal) its
 * smallest lettering comes out at 6.6 point, its labels at 7.3.
 */
export const lettering = {
  title: { size: 15, weight: 700 },
  panel: { size: 12.5, weight: 700 },
  label: { size: 11.5 },
  strong: { size: 11.5, weight: 700 },
  small: { size: 10.5 },
} as const satisfies Record<string, Lettering>;

export const pageWidth = 760;
export const lineHeight = 1.3;

/** A line of text; `y` is its baseline. */
export function label(text: string, x: number, y: number, style: Lettering, attributes: Attributes = {}): Markup {
  return element(
    'text',
    { x, y, 'font-size': style.size, 'font-weight': style.weight === 700 ? 700 : undefined, fill: ink, ...attributes },
    text,
  );
}

/** Lines of text under each other; `y` is the first baseline. */
export function labelLines(
  lines: readonly string[],
  x: number,
  y: number,
  style: Lettering,
  attributes: Attributes = {},
): Markup[] {
  return lines.map((line, i) => label(line, x, y + i * style.size * lineHeight, style, attributes));
}

/** Distance from the top of one line to the bottom of the last. */
export function linesHeight(count: number, style: Lettering): number {
  return count * style.size * lineHeight;
}

/** Baseline that centres a single line on `y`: half the height of the figures above the line. */
export function middle(y: number, style: Lettering): number {
  return y + style.size * 0.355;
}

export function group(
  x: number,
  y: number,
  ...children: readonly (Markup | undefined | readonly (Markup | undefined)[])[]
): Markup {
  return element('g', { transform: `translate(${round(x)} ${round(y)})` }, ...children);
}

function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

/** Dash patterns that tell lines apart without colour; the first is solid. */
export const dashes: readonly (string | undefined)[] = [
  undefined,
  '7 3',
  '2 2.5',
  '9 3 2 3',
  '4 2',
  '12 4',
  '6 2 2 2 2 2',
];
