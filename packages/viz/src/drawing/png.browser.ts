import { UnsupportedError } from '@geneformer-ts/core';

/**
 * A page draws an SVG on a canvas, which only the page can do.
 *
 * @throws UnsupportedError always
 */
export const toPng: (svg: string, options?: { scale?: number }) => Uint8Array = () => {
  throw new UnsupportedError('toPng', 'renderer', 'a browser', 'draw the SVG on a canvas and call toBlob');
};
