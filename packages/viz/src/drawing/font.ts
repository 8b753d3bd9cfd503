import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The font of all figures, and the width of its text.
 *
 * DejaVu Sans Condensed comes from npm with a free license and covers Greek and Cyrillic. Its widths are within a few
 * percent of those of Arial and Helvetica, so a layout also holds in an SVG viewer that falls back to one of these.
 */
const require = createRequire(import.meta.url);

export type Weight = 400 | 700;

export const fontFiles: Readonly<Record<Weight, string>> = {
  400: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  700: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
};

export const fontFamily = "'DejaVu Sans Condensed', Arial, Helvetica, 'Liberation Sans', sans-serif";

const loaded = new Map<Weight, (codePoint: number) => number>();

/**
 * Returns the width of a line of text in pixels at font size `size`, without kerning (which only narrows this font).
 */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  let advance = loaded.get(weight);
  if (!advance) {
    advance = readAdvances(readFileSync(fontFiles[weight]));
    loaded.set(weight, advance);
  }
  let width = 0;
  for (const character of text) width += advance(character.codePointAt(0) ?? 0);
  return width * size;
}

/**
 * Reads advance widths in em by code point from the `cmap` (format 4), `hmtx`, `hhea` and `head` tables of a TrueType
 * file.
 */
function readAdvances(file: Buffer): (codePoint: number) => number {
  const tables = new Map<string, number>();
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const entry = 12 + 16 * i;
    tables.set(file.toString('latin1', entry, entry + 4), file.readUInt32BE(entry + 8));
  }
  const table = (name: string): number => {
    const offset = tables.get(name);
    if (offset === undefined) throw new Error(`the shipped font has no ${name} table; reinstall dejavu-fonts-ttf`);
    return offset;
  };
  const unitsPerEm = file.readUInt16BE(table('head') + 18);
  const metrics = file.readUInt16BE(table('hhea') + 34);
  const hmtx = table('hmtx');
  const glyphOf = characterMap(file, table('cmap'));
  return (codePoint) => file.readUInt16BE(hmtx + 4 * Math.min(glyphOf(codePoint), metrics - 1)) / unitsPerEm;
}

function characterMap(file: Buffer, cmap: number): (codePoint: number) => number {
  for (let i = 0; i < file.readUInt16BE(cmap + 2); i++) {
    const subtable = cmap + file.readUInt32BE(cmap + 4 + 8 * i + 4);
    if (file.readUInt16BE(subtable) === 4) return (codePoint) => glyphInFormat4(file, subtable, codePoint);
  }
  throw new Error('the shipped font has no Unicode character map of format 4; reinstall dejavu-fonts-ttf');
}

/** https://learn.microsoft.com/typography/opentype/spec/cmap#format-4: four parallel arrays, one entry per segment. */
function glyphInFormat4(file: Buffer, subtable: number, codePoint: number): number {
  const segmentBytes = file.readUInt16BE(subtable + 6);
  const ends = subtable + 14;
  const starts = ends + segmentBytes + 2;
  for (let at = 0; at < segmentBytes; at += 2) {
    if (file.readUInt16BE(ends + at) < codePoint) continue;
    const start = file.readUInt16BE(starts + at);
    if (start > codePoint) return 0;
    const delta = file.readUInt16BE(starts + segmentBytes + at);
    const rangeAt = starts + 2 * segmentBytes + at;
    const range = file.readUInt16BE(rangeAt);
    if (range === 0) return (codePoint + delta) & 0xffff;
    const glyph = file.readUInt16BE(rangeAt + range + 2 * (codePoint - start));
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}
