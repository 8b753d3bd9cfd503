import type { FiguresParams } from './figures.params.js';
import type { GeneProtocolParams } from './gene.params.js';

export type GeneFiguresParams = FiguresParams & { protocol: GeneProtocolParams };
