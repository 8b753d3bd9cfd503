import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { textWidth } from './font.js';
import { golden } from '../testing/golden.js';
import { escapeText } from './markup.js';
import { shorten, widthOf, wrap } from './words.js';

describe('text widths', () => {
  test.each(golden.fontWidths)('of "$text" at weight $weight equal those of fontTools', ({ text, weight, em }) => {
    expect(textWidth(text, 10, weight)).toBeCloseTo(10 * em, 9);
  });

  test('a character that the font lacks has the width of its missing-glyph box', () => {
    expect(textWidth('\u{20000}', 10)).toBe(textWidth('\u{20001}', 10));
    expect(textWidth('\u{20000}', 10)).toBeGreaterThan(0);
  });
});

const style = { size: 11 };
const phrase = fc.string({ unit: fc.constantFrom(...'aWi 1-_/ é日,('), maxLength: 60 });

describe('wrapping', () => {
  test('breaks at spaces, and at hyphens and underscores only in words that are too long', () => {
    expect(wrap('medullary thymic epithelial cell', 90, style)).toEqual(['medullary thymic', 'epithelial cell']);
    expect(wrap('CD4-positive_alpha-beta', 70, style)).toEqual(['CD4-positive_', 'alpha-beta']);
    expect(wrap('from CEL-seq2', 70, style)).toEqual(['from', 'CEL-seq2']);
  });

  test('keeps lines within the width and loses only white space', () => {
    fc.assert(
      fc.property(phrase, fc.integer({ min: 15, max: 200 }), (text, width) => {
        const lines = wrap(text, width, style);
        for (const line of lines) expect(widthOf(line, style)).toBeLessThanOrEqual(width);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  test('shortens a text with too many lines, within the width', () => {
    fc.assert(
      fc.property(phrase, fc.integer({ min: 15, max: 100 }), fc.integer({ min: 1, max: 3 }), (text, width, most) => {
        const all = wrap(text, width, style);
        const lines = wrap(text, width, style, most);
        expect(lines.length).toBe(Math.min(all.length, most));
        expect(lines.at(-1)?.includes('…')).toBe(all.length > most);
        for (const line of lines) expect(widthOf(line, style)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('shortens only a text that does not fit, and keeps its start and end', () => {
    expect(shorten('cTEC', 100, style)).toBe('cTEC');
    expect(shorten('medullary_thymic_cell_type_12', 80, style)).toBe('medullar…e_12');
  });
});

describe('text from data files', () => {
  test('is fitted in bounded time at any length, with both ends', () => {
    const name = `CD4 ${'x'.repeat(100_000)} memory`;
    const started = performance.now();
    const short = shorten(name, 150, { size: 12 });
    const lines = wrap(name, 150, { size: 12 }, 2);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(short).toMatch(/^CD4 .*…x*\s?memory$/);
    expect(widthOf(short, { size: 12 })).toBeLessThanOrEqual(150);
    expect(lines).toHaveLength(2);
  });

  test('cannot break the XML or reverse the direction of other text', () => {
    expect(escapeText('a\u001b[2J\ud800b\u202ec<d>')).toBe('a\ufffd[2J\ufffdb\ufffdc&lt;d&gt;');
    expect(escapeText('γδ 🧬')).toBe('γδ 🧬');
  });
});
