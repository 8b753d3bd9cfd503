import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Area } from '../gene/measure-vectors.js';
import { printText } from '../run/terminal.js';
import type { GeneVectorAreas } from '../stages/gene-vectors.js';
import { table } from './summary.js';
import { score } from './words.js';

/** Prints the areas of a gene-vectors profile. */
export async function printGeneVectors(resultsDirectory: string, { title }: { title: string }): Promise<void> {
  const file = path.join(resultsDirectory, 'gene-vectors.json');
  printText(formatGeneVectors(JSON.parse(await readFile(file, 'utf8')) as GeneVectorAreas, title));
}

export function formatGeneVectors({ genes, folds, repeats, rows }: GeneVectorAreas, title: string): string {
  return [
    '',
    title,
    `${genes.sensitive} dosage-sensitive, ${genes.insensitive} dosage-insensitive transcription factors of ${genes.families} families; ${genes.zincFingers} of them are zinc fingers`,
    '',
    table([
      ['ROC AUC (95 % interval)', 'all factors', 'without zinc fingers', 'all, folds by family'],
      ...rows.map(({ name, all, noZincFingers, byFamily }) => [name, ...[all, noZincFingers, byFamily].map(areaText)]),
    ]),
    '',
    `Means of ${folds} folds, ${repeats} times; the intervals are over these times, that is, over the choice of folds only.`,
  ].join('\n');
}

function areaText(area: Area | null): string {
  if (!area) return '–';
  return area.ci95 ? `${score(area.mean)} (${score(area.ci95[0])}–${score(area.ci95[1])})` : score(area.mean);
}
