import { element } from './markup.js';
import type { Attributes, Markup } from './markup.js';
import { ink } from './palette.js';
import type { Lettering } from './words.js';

/**
 * Sizes in CSS pixels (1/96 inch). A two-column figure has 760 px of content. Printed 183 mm wide (two columns of a
 * journal), its smallest text is 6.6 points high and its labels are 7.3 points high.
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

/** Draws a line of text; `y` is its baseline. */
export function label(text: string, x: number, y: number, style: Lettering, attributes: Attributes = {}): Markup {
  return element(
    'text',
    { x, y, 'font-size': style.size, 'font-weight': style.weight === 700 ? 700 : undefined, fill: ink, ...attributes },
    text,
  );
}

/** Draws lines of text below each other; `y` is the first baseline. */
export function labelLines(
  lines: readonly string[],
  x: number,
  y: number,
  style: Lettering,
  attributes: Attributes = {},
): Markup[] {
  return lines.map((line, i) => label(line, x, y + i * style.size * lineHeight, style, attributes));
}

/** Returns the height in pixels of `count` lines. */
export function linesHeight(count: number, style: Lettering): number {
  return count * style.size * lineHeight;
}

/** Returns the baseline that centers a single line on `y`: half the height of digits below it. */
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

/** Dash patterns that distinguish lines without color; the first is solid. */
export const dashes: readonly (string | undefined)[] = [
  undefined,
  '7 3',
  '2 2.5',
  '9 3 2 3',
  '4 2',
  '12 4',
  '6 2 2 2 2 2',
];
