import { AnnData, columnAsStrings, toCategorical } from '@geneformer-ts/io/anndata';
import { type Annotation, majorityVote, UNKNOWN } from '../../classifier/annotation.js';
import { CellClassifier } from '../../classifier/cell-classifier.js';
import { duration } from '../../progress/progress-line.js';
import type { Shard } from '../../shards/row-run.js';
import { writeVectors } from '../../tables/vector-table.js';
import { type CommandSpec, numberOf, textOf } from '../command.js';
import { countOptions, countsOf, openingOf, share } from '../option-values.js';
import { checkOutput, isAnnData, outputFormat, outputFormats, writes } from '../output-file.js';
import { partsFolder, recorded, selectShardThreads, shardOption, shardResult } from '../sharded-call.js';
import { countsFacts } from '../show-counts.js';
import { count, decimal, facts, page, percent, quotedPath, table } from '../text.js';

export const annotate: CommandSpec = {
  name: 'annotate',
  args: '<file>',
  summary: 'Label cells with a trained classifier: label, score, and "unknown" below a threshold.',
  examples: ['annotate cells.h5ad --model classifier -o annotated.h5ad'],
  options: [
    { flags: '-m, --model <folder>', text: "folder written by 'geneformer train'", required: true },
    { flags: '-o, --out <file>', text: writes(), required: true },
    { flags: '--format <name>', text: 'format of the file (default: its ending)', choices: outputFormats },
    { flags: '--name <column>', text: 'name of the new obs columns (default: geneformer)' },
    { flags: '--threshold <score>', text: 'score below which a cell is unknown (default: calibrated)', read: share },
    { flags: '--majority-vote <column>', text: 'obs column with clusters, each of which gets its most frequent label' },
    { flags: '--probabilities', text: 'also write the probability of each label, obsm["geneformer_probabilities"]' },
    shardOption,
    ...countOptions,
  ],
  stopped: 'stopped; nothing was written, except complete parts with --shard',
  estimate: { copies: true },
  async run({ onProgress, signal, note }, [file], options) {
    const out = textOf(options, 'out') as string;
    const format = outputFormat(out, options['format']);
    await checkOutput(out, format, file);
    const shard = options['shard'] as Shard | undefined;
    if (shard) await selectShardThreads();
    await using cells = await AnnData.open(file, openingOf(options));
    const clusters = textOf(options, 'majorityVote');
    const votes = clusters === undefined ? undefined : columnAsStrings(cells.obs.get(clusters));
    await using classifier = await CellClassifier.load(textOf(options, 'model') as string);
    const startedAt = performance.now();
    const threshold = numberOf(options, 'threshold');
    const reading = { ...countsOf(options), onProgress, signal };
    const folder = partsFolder(out);
    if (shard) {
      const compute = () => classifier.annotateShard(cells, folder, { ...reading, shard });
      return shardResult(folder, await recorded(folder, { command: 'annotate', file, options }, compute));
    }
    const found = await classifier.annotate(cells, {
      ...reading,
      ...(threshold !== undefined && { threshold }),
      ...(options['merge'] === true && { parts: folder }),
    });
    const seconds = (performance.now() - startedAt) / 1000;
    if (found.report.cells.empty > 0) {
      note(`note: ${count(found.report.cells.empty)} cells express no gene that the model knows, and have no label`);
    }
    const label = votes ? majorityVote(found.label, votes) : found.label;
    const column = textOf(options, 'name') ?? 'geneformer';
    if (isAnnData(format)) {
      const replace = { replace: true };
      cells.obs.set(`${column}_label`, toCategorical(label), replace);
      cells.obs.set(`${column}_score`, found.score, replace);
      if (options['probabilities'] === true) {
        cells.obsm.set(`${column}_probabilities`, found.probabilities, replace);
      }
      cells.uns.set(column, { labels: found.labels, threshold: found.threshold, base: classifier.base }, replace);
      for (const text of (await cells.write(out, { signal, onProgress })).notes) note(`note: ${text}`);
    } else {
      const { data, cols } = found.probabilities;
      const columns = { label, best: found.best, score: found.score };
      await writeVectors(
        out,
        { index: 'cell_id', names: cells.obs.index, columns, data: data, cols, prefix: 'probability' },
        format,
      );
    }
    const labels = summary(found, label);
    const json = {
      out,
      format,
      cells: cells.nObs,
      labels: Object.fromEntries(labels.map(([name, n]) => [name, n])),
      threshold: found.threshold,
      seconds,
      report: found.report,
    };
    const text = textFor(out, isAnnData(format) ? column : undefined, found, labels, seconds, cells.nObs);
    const umap = `umap ${quotedPath(out)} --color ${column}_label,${column}_score -o cells.png`;
    return {
      json,
      text,
      next: isAnnData(format)
        ? [{ command: umap, note: 'computes a layout first' }, { command: `report ${quotedPath(out)} -o cells.html` }]
        : [],
    };
  },
};

/** Number of cells and mean score of each label, the largest first. */
function summary(
  { score }: Annotation,
  label: readonly (string | null)[],
): [name: string, cells: number, score: number][] {
  const counts = new Map<string, { cells: number; sum: number }>();
  label.forEach((name, cell) => {
    if (name === null) return;
    const entry = counts.get(name) ?? { cells: 0, sum: 0 };
    counts.set(name, { cells: entry.cells + 1, sum: entry.sum + score[cell] });
  });
  const rows = [...counts].map(([name, { cells, sum }]): [string, number, number] => [name, cells, sum / cells]);
  return rows.sort((a, b) => Number(a[0] === UNKNOWN) - Number(b[0] === UNKNOWN) || b[1] - a[1]);
}

function textFor(
  out: string,
  column: string | undefined,
  { threshold, report }: Annotation,
  labels: readonly [string, number, number][],
  seconds: number,
  cells: number,
): string {
  const rows = labels.map(([name, n, score]) => [name, count(n), percent(n / cells), decimal(score, 2)]);
  const read = facts([
    ['columns', column === undefined ? 'label, best, score' : `obs["${column}_label"], obs["${column}_score"]`],
    ...countsFacts(report, 'the model'),
    ['unknown', `score below ${decimal(threshold, 2)}`],
    ['time', `${duration(seconds)}, ${count(cells / seconds)} cells per second`],
  ]);
  return page(out, read, table(['label', 'cells', 'share', 'score'], rows));
}
