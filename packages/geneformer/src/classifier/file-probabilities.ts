import type { AnnData } from '@geneformer-ts/io';
import { type BertForSequenceClassification, predict } from '@geneformer-ts/model';
import type { Vocabulary } from '@geneformer-ts/tokenizer';
import type { CallOptions } from '../call-options.js';
import { type CountOptions, readingOf } from '../cells/count-options.js';
import { type CountsReport, tokenFormat } from '../cells/tokenized-cells.js';
import { withProgress, withTokens } from '../cells/with-tokens.js';
import { ClassifierError } from '../errors.js';
import { partRowsOf } from '../shards/part-rows.js';
import type { RowRun, Shard, ShardOutcome } from '../shards/row-run.js';
import { runOf } from '../shards/run-of.js';
import { computeShard, joinVectors, readInParts, type VectorReader } from '../shards/vector-run.js';

/** A classifier, and the folder that it was loaded from. */
interface Classifier {
  model: BertForSequenceClassification;
  vocabulary: Vocabulary;
  folder?: string;
}

/** Probabilities of the cells of a file before calibration. */
interface FileProbabilities {
  /** rows.length × labels, row by row. */
  data: Float32Array;
  /** Rows of the file that express a known gene. */
  rows: Int32Array;
  report: CountsReport;
}

/** Returns the probabilities of the cells of a file: computed, or joined from the parts of a run. */
export async function fileProbabilities(
  classifier: Classifier,
  cells: AnnData,
  options: CallOptions & CountOptions,
  parts?: string,
): Promise<FileProbabilities> {
  const { model, vocabulary } = classifier;
  const cols = model.labels.length;
  const whole =
    parts !== undefined
      ? await joinVectors(parts, await runOfFile(classifier, cells, options), cols)
      : await withTokens(cells, tokenFormat(model, vocabulary), options, async (tokens, calls) => ({
          data: await readInParts(tokens, cells.nObs, reader(model, cells.nObs), calls),
          report: tokens.report,
        }));
  const all = Int32Array.from({ length: cells.nObs }, (_, row) => row);
  const rows = all.filter((row) => !Number.isNaN(whole.data[row * cols]));
  const data = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => data.set(whole.data.subarray(row * cols, (row + 1) * cols), at * cols));
  return { data, rows, report: whole.report };
}

/** Computes a share of the probabilities of a file into a folder. @throws ClassifierError if the classifier has no folder */
export function probabilitiesShard(
  classifier: Classifier,
  cells: AnnData,
  folder: string,
  { shard = { index: 0, count: 1 }, ...options }: CallOptions & CountOptions & { shard?: Shard },
): Promise<ShardOutcome> {
  const { model, vocabulary } = classifier;
  return withProgress(options, async (calls) => {
    const run = await runOfFile(classifier, cells, options);
    const work = {
      format: tokenFormat(model, vocabulary),
      counts: readingOf(options),
      reader: reader(model, cells.nObs),
    };
    return computeShard(folder, run, shard, cells, work, calls);
  });
}

function reader(model: BertForSequenceClassification, rows: number): VectorReader {
  return {
    cols: model.labels.length,
    partRows: partRowsOf(model.config, rows),
    read: async (cells, calls) => (await predict(model, cells, calls)).probabilities,
  };
}

function runOfFile({ folder, model, vocabulary }: Classifier, cells: AnnData, options: CountOptions): Promise<RowRun> {
  if (folder === undefined) {
    throw new ClassifierError('classifier', 'is only in memory', 'save it and load it from its folder');
  }
  const facts = { ...readingOf(options), labels: model.labels };
  return runOf('annotate', cells, { folder, vocabulary }, partRowsOf(model.config, cells.nObs), facts);
}
