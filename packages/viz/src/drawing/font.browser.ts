/** The font of all figures, and the width of its text as the browser draws it. */

export type Weight = 400 | 700;

/** A page has no files of fonts: figures name the font, and the browser finds it or a similar one. */
export const fontFiles: Readonly<Record<Weight, string>> = { 400: '', 700: '' };

export const fontFamily = "'DejaVu Sans Condensed', Arial, Helvetica, 'Liberation Sans', sans-serif";

interface Measure {
  font: string;
  measureText(text: string): { width: number };
}

let measure: Measure | undefined;

/** Returns the width of a line of text in pixels at font size `size`. */
export function textWidth(text: string, size: number, weight: Weight = 400): number {
  measure ??= newMeasure();
  measure.font = `${weight} ${size}px ${fontFamily}`;
  return measure.measureText(text).width;
}

function newMeasure(): Measure {
  const Canvas = (
    globalThis as unknown as { OffscreenCanvas: new (w: number, h: number) => { getContext(kind: '2d'): Measure } }
  ).OffscreenCanvas;
  return new Canvas(1, 1).getContext('2d');
}
