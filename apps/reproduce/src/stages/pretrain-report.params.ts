import type { FiguresParams } from './figures.params.js';

/** What the stage is given: the section of the figures, the words of the report, and what was held out. */
export type PretrainReportParams = FiguresParams & { heldOut: number };
