import { checkOptions } from '@geneformer-ts/core';
import { Resvg } from '@resvg/resvg-js';
import { BadValueError, RenderError } from '../errors.js';
import { fontFiles } from '#font';

/**
 * Renders an SVG to PNG. Uses only the bundled font and no system fonts, so that the same SVG and the same renderer
 * version give the same bytes.
 *
 * @param options.scale PNG pixels per SVG pixel; default 3, which is 288 dots per inch at the figure's natural size.
 * @throws BadValueError when `scale` is not a positive number; RenderError when the text is not an SVG
 */
export function toPng(svg: string, options: { scale?: number } = {}): Uint8Array {
  checkOptions('toPng', options, { scale: true });
  const scale = options.scale ?? 3;
  if (!(scale > 0 && scale <= 16)) {
    throw new BadValueError('toPng', 'options.scale', scale, 'give a number above 0 and at most 16');
  }
  let png: Uint8Array;
  try {
    const renderer = new Resvg(svg, {
      fitTo: { mode: 'zoom', value: scale },
      font: { loadSystemFonts: false, fontFiles: Object.values(fontFiles), defaultFontFamily: 'DejaVu Sans' },
    });
    png = renderer.render().asPng();
  } catch (cause) {
    throw new RenderError(cause);
  }
  return new Uint8Array(png.buffer, png.byteOffset, png.byteLength);
}
