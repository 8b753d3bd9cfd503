import { AnnData, columnAsStrings, toCategorical } from '@geneformer-ts/io/anndata';
import { nearestLabels } from '../../cells/nearest-labels.js';
import { CellsUnfitError } from '../../errors.js';
import { Geneformer } from '../../geneformer.js';
import { type CommandSpec, numberOf, textOf } from '../command.js';
import {
  countOptions,
  countsOf,
  DEFAULT_MODEL,
  modelOption,
  openingOf,
  share,
  vectorBytes,
  wholeNumber,
} from '../option-values.js';
import { checkOutput, outputFormat, writes } from '../output-file.js';
import { countsFacts } from '../show-counts.js';
import { count, counted, facts, page, percent, quotedPath } from '../text.js';

/** Formats of the query with the columns added. */
const MAPPED = ['h5ad', 'zarr'] as const;

export const map: CommandSpec = {
  name: 'map',
  args: '<query>',
  summary: 'Transfer labels from a reference by nearest neighbors among the vectors, without training.',
  examples: ['map cells.h5ad --reference atlas.h5ad -l cell_type -o mapped.h5ad'],
  options: [
    { flags: '-r, --reference <file>', text: 'file with labeled cells', required: true },
    { flags: '-l, --label <column>', text: 'obs column of the reference', required: true },
    { flags: '-o, --out <file>', text: writes(MAPPED), required: true },
    modelOption,
    { flags: '-k, --neighbors <number>', text: 'neighbors that vote (default: 15)', read: wholeNumber(1) },
    {
      flags: '--unknown <share>',
      text: 'share of the reference cells with the right label that the cutoffs make unknown (default: 0.05)',
      read: share,
    },
    {
      flags: '--min-score <share>',
      text: 'share of the votes below which a cell is unknown (default: found with the reference)',
      read: share,
    },
    ...countOptions,
  ],
  estimate: { files: ['reference'], copies: true, bytesPerCell: vectorBytes, hasPairs: () => true },
  async run({ onProgress, signal, note }, [file], options) {
    const out = textOf(options, 'out') as string;
    const format = outputFormat(out, undefined, MAPPED);
    const referencePath = textOf(options, 'reference') as string;
    const labelColumn = textOf(options, 'label') as string;
    await checkOutput(out, format, file, referencePath);
    await using query = await AnnData.open(file, openingOf(options));
    await using reference = await AnnData.open(referencePath);
    const labels = columnAsStrings(reference.obs.get(labelColumn));
    checkLabels(referencePath, labelColumn, labels);
    await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, {
      onProgress,
      signal,
    });
    const calls = { onProgress, signal };
    const atlas = await model.embed(reference, calls);
    const { report, ...vectors } = await model.embed(query, { ...countsOf(options), ...calls });
    const neighbors = numberOf(options, 'neighbors');
    const minScore = numberOf(options, 'minScore');
    const unknownShare = numberOf(options, 'unknown');
    const found = nearestLabels(vectors, atlas, labels, {
      ...(neighbors !== undefined && { neighbors }),
      ...(unknownShare !== undefined && { unknownShare }),
      ...(minScore !== undefined && { minScore }),
    });
    const replace = { replace: true };
    query.obs.set('mapped_label', toCategorical(found.label), replace);
    query.obs.set('mapped_score', found.score, replace);
    query.obs.set('mapped_distance', found.distance, replace);
    query.obsm.set('X_geneformer', vectors, replace);
    for (const text of (await query.write(out, { signal, onProgress })).notes) note(`note: ${text}`);
    const counts = new Map<string, number>();
    for (const label of found.label) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
    const far = found.distance.filter((distance) => distance > 1).length;
    const text = facts([
      ['columns', 'obs["mapped_label"], obs["mapped_score"], obs["mapped_distance"]'],
      ['reference', `${count(reference.nObs)} cells of ${referencePath}`],
      ['accuracy', `${percent(found.referenceAccuracy)} of the reference cells get their label from the other ones`],
      ...countsFacts(report, model.name),
      ['labels', counted(counts, 12)],
      [
        'unknown',
        `${percent((counts.get('unknown') ?? 0) / query.nObs)}: ${count(far)} cells are far from the reference, the others have less than ${percent(found.minScore)} of the votes`,
      ],
    ]);
    const umap = `umap ${quotedPath(out)} --color mapped_label,mapped_score,mapped_distance -o cells.png`;
    const json = {
      out,
      cells: query.nObs,
      referenceCells: reference.nObs,
      dimensions: vectors.cols,
      labels: counts,
      far,
      minScore: found.minScore,
      referenceAccuracy: found.referenceAccuracy,
      report,
    };
    return { json, text: page(out, text), next: [{ command: umap }] };
  },
};

/** A cutoff is set with cells that others of their label are near to. @throws CellsUnfitError */
function checkLabels(path: string, column: string, labels: readonly (string | null)[]): void {
  const counts = new Map<string, number>();
  for (const label of labels) if (label !== null) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shared = [...counts.values()].filter((cells) => cells > 1).length;
  if (shared > 1) return;
  const problem =
    counts.size === 0
      ? 'no cell has a value'
      : `has ${counts.size} different values, of which ${shared} are in several cells`;
  throw new CellsUnfitError(path, `obs['${column}']`, problem, 'use a column with at least two labels');
}
