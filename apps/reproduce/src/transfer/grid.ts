/** Names the cells of the grid: models, contexts in which they are tested, and percentages of the labels. */
import type { ContextParams, TransferProtocol } from '../stages/generalization.params.js';

/** The context whose cells were held out of the training context. */
export const SEEN = 'seen';

export interface Context {
  name: string;
  kind: 'seen' | 'shifted' | ContextParams['kind'];
  /** For `depth` the factor, for `ambient` the share; 0 otherwise. */
  amount: number;
}

/** Returns the contexts in the order of the tables: seen, the shifted one, then the disturbed ones in the order of the file. */
export function contextsOf(protocol: TransferProtocol, contexts: Readonly<Record<string, ContextParams>>): Context[] {
  return [
    { name: SEEN, kind: 'seen', amount: 0 },
    { name: protocol.shift.context, kind: 'shifted', amount: 0 },
    ...Object.entries(contexts).map(([name, context]) => ({
      name,
      kind: context.kind,
      amount: context.kind === 'depth' ? context.factor : context.share,
    })),
  ];
}

/** Returns the name of one cell of the grid in the table of all predictions. */
export function seriesName(model: string, percent: number, context: string): string {
  return `${model}/${percent}/${context}`;
}

/** Returns the name of a context for the heading of a narrow column: `1/8`, `soup 10%`. */
export function shortName({ name, kind, amount }: Context): string {
  if (kind === 'depth') return `1/${amount}`;
  return kind === 'ambient' ? `soup ${Math.round(100 * amount)}%` : name;
}

/** Returns the name of a context in words. */
export function longName({ name, kind, amount }: Context): string {
  switch (kind) {
    case 'seen':
      return 'Same context';
    case 'shifted':
      return `Other ${name}`;
    case 'depth':
      return `1/${amount} of the depth`;
    case 'ambient':
      return `${Math.round(100 * amount)} % ambient RNA`;
  }
}
