/** A figure on its way to the reader: SVG for print, the caption that stands under it in the report. */
export interface Figure {
  /** File name without ending. */
  name: string;
  svg: string;
  /** What to look for. */
  reading: string;
}
