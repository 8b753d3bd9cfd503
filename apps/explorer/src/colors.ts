import type { Colors } from './protocol.js';

/** Colors of categories that stay apart for most eyes, after Okabe and Ito, and then around the circle of hues. */
const BASE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#a88a00', '#56b4e9', '#7f3c8d', '#8b572a'];
const MISSING = [150, 150, 150] as const;
/** Opacity of cells outside a selection; on black a faint point needs more to be seen. */
const FADED = { light: 40, dark: 90 };
const OPAQUE = 230;

/** Name of the label of cells that got none; it is gray, like missing values. */
const UNKNOWN = 'unknown';

/** Returns the color of a category as red, green and blue. */
export function categoryColor(code: number, name?: string): [number, number, number] {
  if (name === UNKNOWN) return [...MISSING];
  if (code < BASE.length) {
    const value = Number.parseInt(BASE[code].slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  // Steps of the golden angle keep neighbors apart.
  const hue = (code * 137.508) % 360;
  const part = (shift: number): number => {
    const k = (shift + hue / 30) % 12;
    return Math.round(255 * (0.5 - 0.32 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [part(0), part(8), part(4)];
}

/** Returns the colors of all cells; cells outside a selection are faint. */
export function paint(
  colors: Colors,
  cells: number,
  selected: ReadonlySet<number>,
  theme: keyof typeof FADED = 'light',
): Uint8Array<ArrayBuffer> {
  const rgba = new Uint8Array(4 * cells);
  const range = colors.kind === 'numbers' ? rangeOf(colors.values) : undefined;
  for (let row = 0; row < cells; row++) {
    let color: readonly number[] = MISSING;
    if (colors.kind === 'categories') {
      if (colors.codes[row] >= 0) color = categoryColor(colors.codes[row], colors.names[colors.codes[row]]);
    } else if (!Number.isNaN(colors.values[row])) {
      const [low, high] = range as [number, number];
      color = scaleColor((colors.values[row] - low) / Math.max(high - low, 1e-12));
    }
    const opacity = selected.size === 0 || selected.has(row) ? OPAQUE : FADED[theme];
    rgba.set([color[0], color[1], color[2], opacity], 4 * row);
  }
  return rgba;
}

/** Returns the smallest and the largest number. */
export function rangeOf(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** From a pale to a dark blue, so that more is more visible on white and on black. */
export function scaleColor(share: number): [number, number, number] {
  const mix = (from: number, to: number): number => Math.round(from + (to - from) * share);
  return [mix(200, 178), mix(205, 24), mix(212, 43)];
}
