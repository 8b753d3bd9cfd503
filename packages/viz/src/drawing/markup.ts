import { BadValueError } from '../errors.js';

/** A piece of escaped SVG or HTML. Plain strings are text; they are escaped when they become part of an element. */
export class Markup {
  constructor(readonly source: string) {}
}

export type Attributes = Readonly<Record<string, string | number | undefined>>;
type Child = Markup | string | undefined | readonly (Markup | string | undefined)[];

/** Elements in which white space is content, so that their children must stay on one line. */
const inline = new Set(
  'text tspan title desc h1 h2 h3 p li td th dt dd code pre caption figcaption strong small sup a'.split(' '),
);

/**
 * Returns an element. Rounds numbers to hundredths, so that last-bit differences between machines do not change a
 * figure's bytes. Skips attributes that are `undefined`.
 */
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  let opening = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined)
      opening += ` ${key}="${escapeText(typeof value === 'number' ? digits(value, name, key) : value)}"`;
  }
  const content = children
    .flat()
    .filter((child) => child !== undefined)
    .map((child) => (child instanceof Markup ? child.source : escapeText(child)));
  if (content.length === 0) return new Markup(`${opening}/>`);
  const line = inline.has(name) ? '' : '\n';
  return new Markup(`${opening}>${line}${content.join(line)}${line}</${name}>`);
}

/** Joins several pieces into one. */
export function join(pieces: readonly (Markup | undefined)[]): Markup {
  return new Markup(
    pieces
      .filter((piece) => piece !== undefined)
      .map((piece) => piece.source)
      .join('\n'),
  );
}

/**
 * Escapes text for content and attributes. Control characters, which XML 1.0 forbids or discourages, and marks that
 * change the text direction become U+FFFD.
 */
export function escapeText(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff\u202a-\u202e\u2066-\u2069\p{Surrogate}]/gu, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

function digits(value: number, name: string, key: string): string {
  if (!Number.isFinite(value)) {
    throw new BadValueError(`<${name}>`, key, value, 'give finite numbers: check the data for NaN and infinities');
  }
  return String(Math.round(value * 100) / 100 + 0);
}
