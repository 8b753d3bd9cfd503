/** A figure as SVG, with the caption below it in the report. */
export interface Figure {
  /** File name without extension. */
  name: string;
  svg: string;
  /** The caption: how to read the figure. */
  reading: string;
}
