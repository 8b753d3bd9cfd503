import type { FiguresParams } from './figures.params.js';

/** The parameters of the stage: the section of the figures, the texts of the report, and the held-out share of the corpus. */
export type PretrainReportParams = FiguresParams & { heldOut: number };
