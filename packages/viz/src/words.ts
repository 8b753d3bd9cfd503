import { textWidth } from './font.js';
import type { Weight } from './font.js';

export interface Lettering {
  size: number;
  weight?: Weight;
}

const ellipsis = '…';

/**
 * Breaks text into lines no wider than `width` pixels: after spaces, hyphens, underscores and slashes (cell type names are
 * full of them), inside a word only when the word alone is too wide. Past `maxLines` the last line ends with an ellipsis.
 */
export function wrap(text: string, width: number, lettering: Lettering, maxLines = Infinity): string[] {
  const fits = (line: string): boolean => widthOf(line.trimEnd(), lettering) <= width;
  const lines: string[] = [];
  let line = '';
  for (const piece of text.trim().match(/\s+|[^\s\-_/]+[-_/]*|[-_/]+/g) ?? []) {
    if (fits(line + piece)) {
      line += piece;
      continue;
    }
    if (line.trim()) lines.push(line.trim());
    line = '';
    for (const character of piece.trimStart()) {
      if (line && !fits(line + character)) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  if (line.trim() || lines.length === 0) lines.push(line.trim());
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), shorten(lines.slice(maxLines - 1).join(' '), width, lettering, true)];
}

/** The text on one line of at most `width` pixels, its end replaced by an ellipsis where it is too long. */
export function shorten(text: string, width: number, lettering: Lettering, cut = false): string {
  if (!cut && widthOf(text, lettering) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && widthOf(characters.join('').trimEnd() + ellipsis, lettering) > width)
    characters.pop();
  return characters.join('').trimEnd() + ellipsis;
}

export function widthOf(text: string, lettering: Lettering): number {
  return textWidth(text, lettering.size, lettering.weight);
}

export function widest(lines: readonly string[], lettering: Lettering): number {
  return lines.reduce((width, line) => Math.max(width, widthOf(line, lettering)), 0);
}
