import { interpolateLab, rgb, scaleLinear } from 'd3';

/**
 * All colors of all figures.
 *
 * The first seven categories are the Okabe-Ito set, which readers with any common color vision can distinguish (Wong,
 * Nature Methods 8:441, 2011), without its yellow, which is too faint on white. Seven colors of Paul Tol's "muted" set
 * follow. A test measures the distances under simulated protanopia, deuteranopia and tritanopia.
 */
export const categories: readonly string[] = [
  '#0072b2', // blue
  '#d55e00', // vermillion
  '#009e73', // green
  '#cc79a7', // pink
  '#e69f00', // orange
  '#56b4e9', // sky
  '#3d3d3d', // charcoal
  '#882255', // wine
  '#999933', // olive
  '#332288', // indigo
  '#88ccee', // pale blue
  '#cc6677', // rose
  '#117733', // forest
  '#ddcc77', // sand
];

export const ink = '#1b1b1b';
export const muted = '#5a5a5a';
export const faint = '#8c8c8c';
export const rule = '#dcdcdc';
export const hairline = '#ececec';
export const paper = '#ffffff';
/** Rows without a category. */
export const missing = '#bdbdbd';

/**
 * Returns the color of a category by index from 0. The 14 colors repeat; beyond 14 categories only labels distinguish
 * them.
 */
export function categoryColor(index: number): string {
  return categories[index % categories.length] ?? ink;
}

const ramp = scaleLinear<string>([0, 0.5, 1], ['#f4f8fb', '#6ba3d0', '#0a3a6b'])
  .interpolate(interpolateLab)
  .clamp(true);

/**
 * Returns the sequential color of a share from 0 (nearly white) to 1 (dark blue). Lightness falls evenly, so it also
 * prints in gray.
 */
export function shareColor(share: number): string {
  return rgb(ramp(share)).formatHex();
}

/**
 * Returns black or white, whichever has more contrast to `background`; one of the two always has a contrast above 4.5.
 */
export function inkOn(background: string): string {
  return contrast(paper, background) >= contrast('#000000', background) ? paper : '#000000';
}

/** Returns the WCAG 2 contrast ratio of two colors, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const { r, g, b } = rgb(color);
  const linear = (channel: number): number =>
    channel <= 10.31475 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}
