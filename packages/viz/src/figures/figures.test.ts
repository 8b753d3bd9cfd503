import { describe, expect, test } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { toPng } from '../drawing/png.js';
import { samples } from '../testing/samples.js';
import { layoutFaults, parse } from '../testing/text-boxes.js';

const fixtures = new URL('../../fixtures/', import.meta.url);

/** Rounds to whole pixels and removes ids, because last-bit differences between machines are not visible. */
function comparable(svg: string): string {
  return svg
    .replace(/figure-[0-9a-f]{8}/g, 'figure')
    .replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number)) + 0));
}

describe.each(Object.keys(samples))('%s', (name) => {
  const svg = samples[name]();

  // UPDATE_FIXTURES=1 rewrites the pictures; check them before committing.
  test('equals the approved picture', () => {
    const file = new URL(`${name}.svg`, fixtures);
    if (process.env['UPDATE_FIXTURES']) writeFileSync(file, svg);
    expect(comparable(svg)).toBe(comparable(readFileSync(file, 'utf8')));
  });

  test('has no overlapping or clipped text', () => {
    expect(layoutFaults(svg)).toEqual([]);
  });

  test('has a name and description for screen readers', () => {
    const root = parse(svg);
    const [title, desc] = [...root.children];
    expect(root.getAttribute('role')).toBe('img');
    expect(root.getAttribute('aria-labelledby')).toBe(`${title?.getAttribute('id')} ${desc?.getAttribute('id')}`);
    expect(title?.textContent).not.toBe('');
    expect(desc?.textContent).toContain('Made-up numbers');
  });

  test('is identical when drawn twice, as SVG and as PNG', () => {
    const again = samples[name]();
    expect(again).toBe(svg);
    expect(Buffer.from(toPng(again, { scale: 1 })).equals(Buffer.from(toPng(svg, { scale: 1 })))).toBe(true);
  });
});

test('two figures on one page share no id', () => {
  const ids = Object.values(samples).map((draw) => /figure-[0-9a-f]{8}/.exec(draw())?.[0]);
  expect(new Set(ids).size).toBe(ids.length);
});
