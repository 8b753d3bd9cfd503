import { textWidth } from '#font';
import type { Weight } from '#font';

export interface Lettering {
  size: number;
  weight?: Weight;
}

const ellipsis = '…';
/** More characters than any figure can show. Names come from data files and may have any length. */
const most = 1000;

/** Removes the middle of a text that is longer than any figure can show, so that fitting takes bounded time. */
function clip(text: string): string {
  return text.length <= most ? text : `${text.slice(0, most * 0.6)}${ellipsis}${text.slice(-most * 0.4)}`;
}

/**
 * Breaks text into lines at most `width` pixels wide. Breaks at white space, then after hyphens, underscores and
 * slashes (common in names of cell types), then anywhere. Shortens the last line if there are more than `maxLines`.
 */
export function wrap(text: string, width: number, lettering: Lettering, maxLines = Infinity): string[] {
  const fits = (line: string): boolean => widthOf(line, lettering) <= width;
  const lines: string[] = [];
  let line = '';
  const put = (piece: string, joint: string): void => {
    if (line && fits(line + joint + piece)) {
      line += joint + piece;
      return;
    }
    if (line) lines.push(line);
    line = piece;
  };
  for (const word of clip(text).split(/\s+/)) {
    const parts = fits(word) ? [word] : (word.match(/[^-_/]+[-_/]*|[-_/]+/g) ?? []);
    parts.forEach((part, i) => {
      const joint = i === 0 ? ' ' : '';
      if (fits(part)) put(part, joint);
      else [...part].forEach((character, k) => put(character, k === 0 ? joint : ''));
    });
  }
  if (line || lines.length === 0) lines.push(line);
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), shorten(lines.slice(maxLines - 1).join(' '), width, lettering)];
}

/**
 * Returns the text on one line of at most `width` pixels. Removes the middle of long texts, because names of related
 * classes start alike and differ at the end.
 */
export function shorten(given: string, width: number, lettering: Lettering): string {
  const text = clip(given);
  if (widthOf(text, lettering) <= width) return text;
  const characters = [...text];
  for (let kept = characters.length - 1; kept > 0; kept--) {
    const head = Math.ceil(kept * 0.6);
    const short =
      characters.slice(0, head).join('').trimEnd() +
      ellipsis +
      characters
        .slice(characters.length - (kept - head))
        .join('')
        .trimStart();
    if (widthOf(short, lettering) <= width) return short;
  }
  return ellipsis;
}

export function widthOf(text: string, lettering: Lettering): number {
  return textWidth(text, lettering.size, lettering.weight);
}

export function widest(lines: readonly string[], lettering: Lettering): number {
  return lines.reduce((width, line) => Math.max(width, widthOf(line, lettering)), 0);
}
