import { checkOptions, messageOf, type OptionNames } from '@geneformer-ts/core';
import { readTextFile, writeIntoDirectory } from '@geneformer-ts/core/node';
import { type AnnData } from '@geneformer-ts/io';
import { BertForSequenceClassification } from '@geneformer-ts/model';
import { readVocabulary, saveVocabulary, type Vocabulary } from '@geneformer-ts/tokenizer';
import { join, writeFile } from '@geneformer-ts/core/system';
import { ensureBackend } from '../backend.js';
import type { CallOptions } from '../call-options.js';
import { type CountOptions, countOptionNames } from '../cells/count-options.js';
import { ClassifierError } from '../errors.js';
import { VOCABULARY_FILE } from '../pretrained/model-vocabulary.js';
import type { Shard, ShardOutcome } from '../shards/row-run.js';
import { type Annotation, annotationOf } from './annotation.js';
import type { Calibration } from './calibrate.js';
import { fileProbabilities, probabilitiesShard } from './file-probabilities.js';
import type { ClassifierParts, TrainingReport } from './train-classifier.js';

/** Options of `CellClassifier.annotate`. */
export interface AnnotateOptions extends CallOptions, CountOptions {
  /** Score below which a cell is unknown. Default: that of the calibration. */
  threshold?: number;
  /** Folder that `annotateShard` has filled: its probabilities are joined, and nothing is computed. */
  parts?: string;
}

/** Options of `CellClassifier.annotateShard`. */
export interface AnnotateShardOptions extends CallOptions, CountOptions {
  /** The share of this process; default everything. */
  shard?: Shard;
}

const known: OptionNames<AnnotateOptions> = { threshold: true, parts: true, ...countOptionNames };
const shardNames: OptionNames<AnnotateShardOptions> = { shard: true, ...countOptionNames };

/** The parts of a classifier. */
export interface ClassifierContent {
  model: BertForSequenceClassification;
  vocabulary: Vocabulary;
  calibration: Calibration;
  report: TrainingReport;
  /** Name of the pretrained model. */
  base: string;
  /** File rows of training, validation and test; only after training in this process. */
  parts?: ClassifierParts;
  /** Folder that it was loaded from. */
  folder?: string;
}

/** Name of the file by which a folder is a classifier. */
export const CLASSIFIER_FILE = 'classifier.json';
const SCHEMA = 1;

/**
 * A classifier of cells that was trained by `Geneformer.finetune`.
 *
 * @example
 * await using classifier = await CellClassifier.load('classifier');
 * const { label, score } = await classifier.annotate(cells);
 * cells.obs.set('cell_type', toCategorical(label));
 * cells.obs.set('cell_type_score', score);
 * await cells.write('annotated.h5ad');
 */
export class CellClassifier {
  /** Scores on held-out cells, and what they were measured on. */
  readonly report: TrainingReport;

  constructor(private readonly content: ClassifierContent) {
    this.report = content.report;
  }

  /** Labels that cells can get, besides `unknown`. */
  get labels(): string[] {
    return [...this.content.model.labels];
  }

  /** How scores are computed, and below which score a cell is unknown. */
  get calibration(): Calibration {
    return { ...this.content.calibration };
  }

  /** Name of the model that training started from. */
  get base(): string {
    return this.content.base;
  }

  /** File rows of training, validation and test, and the class of each row; undefined for a classifier that was loaded. */
  get parts(): ClassifierParts | undefined {
    return this.content.parts;
  }

  /**
   * Reads a classifier from a folder.
   *
   * @throws ClassifierError if the folder is not one that `save` wrote; the errors of checkpoints and vocabularies
   */
  static async load(folder: string): Promise<CellClassifier> {
    const path = join(folder, CLASSIFIER_FILE);
    const text = await readTextFile(path, 2 ** 26).catch((cause: unknown) => {
      throw new ClassifierError(folder, `has no ${CLASSIFIER_FILE}, so it is not a trained classifier`, undefined, {
        cause,
      });
    });
    let stored: { schema?: unknown; calibration: Calibration; report: TrainingReport; base: string };
    try {
      stored = JSON.parse(text) as typeof stored;
    } catch (cause) {
      throw new ClassifierError(path, `is not JSON (${messageOf(cause)})`, 'train the classifier again', { cause });
    }
    const { temperature, threshold } = stored?.calibration ?? {};
    if (
      stored?.schema !== SCHEMA ||
      !(temperature > 0) ||
      !(threshold >= 0) ||
      !Array.isArray(stored.report?.classes)
    ) {
      throw new ClassifierError(path, `is not of schema ${SCHEMA}`, 'train the classifier again');
    }
    await ensureBackend();
    const vocabulary = await readVocabulary(join(folder, VOCABULARY_FILE));
    const model = await BertForSequenceClassification.fromPretrained(folder, { vocabulary });
    const { calibration, report, base } = stored;
    return new CellClassifier({ model, vocabulary, calibration, report, base, folder });
  }

  /**
   * Writes a checkpoint in Hugging Face's layout with the vocabulary and the calibration: `config.json`,
   * `model.safetensors`, `vocabulary.json` and `classifier.json`. Other files of the folder stay.
   */
  async save(folder: string): Promise<void> {
    const { model, vocabulary, calibration, report, base } = this.content;
    const fill = async (temporary: string): Promise<void> => {
      await model.writeFiles(temporary);
      await saveVocabulary(join(temporary, VOCABULARY_FILE), vocabulary);
      const stored = { schema: SCHEMA, base, calibration, report };
      await writeFile(join(temporary, CLASSIFIER_FILE), `${JSON.stringify(stored, null, 2)}\n`);
    };
    await writeIntoDirectory(folder, fill, { last: CLASSIFIER_FILE, stale: () => false });
  }

  /**
   * Labels all cells of a file. Nothing is added to `cells`; set the columns that you want.
   *
   * @throws RunMismatchError if the folder of the option `parts` is not complete; the errors of `tokenizeCells` about the file
   */
  async annotate(cells: AnnData, options: AnnotateOptions = {}): Promise<Annotation> {
    checkOptions('annotate', options, known);
    const { threshold, parts } = options;
    const { calibration, ...content } = this.content;
    const found = await fileProbabilities(content, cells, options, parts);
    const used = { ...calibration, ...(threshold !== undefined && { threshold }) };
    const predicted = { probabilities: found.data, labels: this.labels };
    return { ...annotationOf(predicted, found.rows, cells.nObs, used), report: found.report };
  }

  /**
   * Computes a share of the probabilities of `annotate` into a folder, in parts that a stopped call need not compute again. Several processes
   * share the folder; `annotate` with the option `parts` joins them.
   *
   * @throws RunMismatchError if the folder has another run; ClassifierError unless the classifier was loaded from a folder
   */
  async annotateShard(cells: AnnData, folder: string, options: AnnotateShardOptions = {}): Promise<ShardOutcome> {
    checkOptions('annotateShard', options, shardNames);
    return probabilitiesShard(this.content, cells, folder, options);
  }

  /** Frees the weights. */
  dispose(): void {
    this.content.model.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }
}
