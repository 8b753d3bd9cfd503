import type { CountsReport } from '../cells/tokenized-cells.js';
import { count, percent } from './text.js';

/** Returns facts about the counts that a command read, and for mouse cells how many genes have a human ortholog. */
export function countsFacts(
  { countsFrom, species, knownShareOfCounts, orthologs }: CountsReport,
  model: string,
): (readonly [string, string])[] {
  const counts = `${countsFrom}, ${species}, ${percent(knownShareOfCounts)} in genes that ${model} knows`;
  if (!orthologs) return [['counts', counts]];
  const share = percent(orthologs.genes / orthologs.of);
  return [
    ['counts', counts],
    ['orthologs', `${count(orthologs.genes)} of ${count(orthologs.of)} genes (${share}) have one human ortholog`],
  ];
}
