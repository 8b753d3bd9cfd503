import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import { type BertConfig, BertForSequenceClassification, type BertModel } from '@geneformer-ts/model';
import { estimateCells, type RunEstimate } from '@geneformer-ts/perturb';
import type { Vocabulary } from '@geneformer-ts/tokenizer';
import { ensureBackend } from './backend.js';
import type { CallOptions } from './call-options.js';
import { type CountOptions, countOptionNames } from './cells/count-options.js';
import type { TokenizedFile } from './cells/tokenize-file.js';
import {
  type TokenizeFileOptions,
  tokenizeFileOptionNames,
  tokenizeOrJoin,
  tokenizeShareOf,
  type TokenizeShardOptions,
  tokenizeShardOptionNames,
} from './cells/tokenize-shard.js';
import { type TokenFormat, tokenFormat } from './cells/tokenized-cells.js';
import { withTokens } from './cells/with-tokens.js';
import { CellClassifier } from './classifier/cell-classifier.js';
import { type FinetuneOptions, finetuneOptionNames } from './classifier/finetune-options.js';
import { labeledTokens } from './classifier/labeled-tokens.js';
import { trainClassifier } from './classifier/train-classifier.js';
import {
  type CellEmbedding,
  embedFile,
  type EmbedOptions,
  embedOptionNames,
  embedShard,
  type EmbedShardOptions,
  embedShardOptionNames,
} from './embedding/embed-file.js';
import { embedGenesOf, type GeneEmbedding } from './embedding/embed-genes.js';
import { type CellPerturbation, perturbFile, prepareRun } from './perturbation/perturb-file.js';
import { type PerturbOptions, perturbOptionNames } from './perturbation/perturb-options.js';
import { loadEncoder } from './pretrained/load-encoder.js';
import type { LoadedModel } from './pretrained/loaded-model.js';
import { locateModel } from './pretrained/locate.js';
import { modelVocabulary } from './pretrained/model-vocabulary.js';
import { progressOf } from './progress/progress-line.js';
import type { ShardOutcome } from './shards/row-run.js';

/** Options of `Geneformer.fromPretrained`. */
export interface PretrainedOptions extends CallOptions {
  /** Whether only files on this machine are used. Default: the variable `GENEFORMER_OFFLINE`. */
  localFilesOnly?: boolean;
}

const pretrainedNames: OptionNames<PretrainedOptions> = { localFilesOnly: true, onProgress: true, signal: true };

/**
 * A pretrained Geneformer with its vocabulary.
 *
 * @example
 * await using model = await Geneformer.fromPretrained('mini');
 * await using cells = await AnnData.open('cells.h5ad');
 * cells.obsm.set('X_geneformer', await model.embed(cells));
 * const classifier = await model.finetune(cells, { labels: 'cell_type', groupBy: 'donor_id' });
 * await classifier.save('classifier');
 */
export class Geneformer {
  private constructor(
    /** Name or folder that the model was loaded from. */
    readonly name: string,
    /** Folder of the checkpoint. */
    readonly folder: string,
    private readonly model: BertModel,
    /** Genes that the model knows, with their medians. */
    readonly vocabulary: Vocabulary,
  ) {}

  /**
   * Loads a pretrained model and selects a backend if none is selected.
   *
   * @param name `mini` (the package `@geneformer-ts/mini`), a published model such as `V1-10M`, `V2-104M` or
   *   `ctheodoris/Geneformer`, which is downloaded and verified once, or a folder with a checkpoint
   * @throws ModelMissingError for an unknown name; the errors of downloads, checkpoints and vocabularies
   */
  static async fromPretrained(name: string, options: PretrainedOptions = {}): Promise<Geneformer> {
    checkOptions('fromPretrained', options, pretrainedNames);
    const { onProgress, signal, localFilesOnly } = options;
    const progress = progressOf(onProgress);
    const fetching = {
      onProgress: progress.report,
      ...(signal && { signal }),
      ...(localFilesOnly !== undefined && { localFilesOnly }),
    };
    try {
      signal?.throwIfAborted();
      const folder = await locateModel(name, fetching);
      await ensureBackend();
      const model = await loadEncoder(folder);
      try {
        return new Geneformer(name, folder, model, await modelVocabulary(folder, model.vocabulary, fetching));
      } catch (error) {
        model.dispose();
        throw error;
      }
    } finally {
      progress.clear();
    }
  }

  /** Shape of the model. */
  get config(): BertConfig {
    return this.model.config;
  }

  /** Number of weights. */
  get parameterCount(): number {
    return this.model.parameterCount;
  }

  /**
   * Returns one vector per cell.
   *
   * @throws RunMismatchError if the folder of the option `parts` is not complete; the errors of `tokenizeCells` about the file; the reason of the signal
   */
  async embed(cells: AnnData, options: EmbedOptions = {}): Promise<CellEmbedding> {
    checkOptions('embed', options, embedOptionNames);
    return embedFile(this.loaded, cells, options);
  }

  /**
   * Computes a share of the vectors of `embed` into a folder, in parts that a stopped call need not compute again. Several processes share the
   * folder; `embed` with the option `parts` joins the vectors once all are there.
   *
   * @throws RunMismatchError if the folder has another run; the errors of `embed`
   */
  async embedShard(cells: AnnData, folder: string, options: EmbedShardOptions = {}): Promise<ShardOutcome> {
    checkOptions('embedShard', options, embedShardOptionNames);
    return embedShard(this.loaded, cells, folder, options);
  }

  /**
   * Returns one vector per gene that the cells express: the mean over its occurrences of the last hidden state.
   *
   * @throws the errors of `tokenizeCells` about the file; the reason of the signal
   */
  async embedGenes(cells: AnnData, options: CountOptions & CallOptions = {}): Promise<GeneEmbedding> {
    checkOptions('embedGenes', options, countOptionNames);
    return withTokens(cells, this.format, options, (tokens, calls) =>
      embedGenesOf(this.model, this.vocabulary, tokens, calls),
    );
  }

  /**
   * Trains a classifier on the labels of the cells, and measures it on cells, or on whole groups of cells, that are held
   * out.
   *
   * @throws FieldMissingError, CellsUnfitError if labels or groups do not suffice; the errors of `embed`
   */
  async finetune(cells: AnnData, options: FinetuneOptions): Promise<CellClassifier> {
    checkOptions('finetune', options, finetuneOptionNames);
    // Unknown columns are reported before anything is computed.
    for (const column of [options.labels, options.groupBy]) if (column !== undefined) cells.obs.get(column);
    return withTokens(cells, this.format, options, async (tokens, { onProgress: report }) => {
      const labeled = labeledTokens(cells, tokens.rows, options);
      const model = await BertForSequenceClassification.fromPretrained(this.folder, {
        labels: labeled.names,
        pooling: 'mean',
        seed: options.seed ?? 0,
        vocabulary: this.vocabulary,
      });
      try {
        const trained = await trainClassifier(model, cells, tokens, labeled, { ...options, report });
        return new CellClassifier({ model, vocabulary: this.vocabulary, base: this.name, ...trained });
      } catch (error) {
        model.dispose();
        throw error;
      }
    });
  }

  /**
   * Perturbs genes of the cells in silico and writes the effects into a folder: `genes.csv`, `report.html`, figures, and the result of
   * each cell and gene in Parquet files. A call that was stopped continues when it is repeated.
   *
   * The same bits for every share and interruption need one thread: `useBackend('onnx', { threads: 1 })` before loading the model.
   *
   * @param folder a new folder, or that of the same run
   * @throws RunMismatchError if the folder has another run; ArgumentError for an unknown gene; CellsUnfitError; the errors of `embed`
   */
  async perturb(cells: AnnData, folder: string, options: PerturbOptions = {}): Promise<CellPerturbation> {
    checkOptions('perturb', options, perturbOptionNames);
    for (const column of [options.states?.column, options.donors]) if (column !== undefined) cells.obs.get(column);
    return withTokens(cells, this.format, options, (tokens, calls) =>
      perturbFile(this.loaded, cells, tokens, folder, options, calls),
    );
  }

  /**
   * Estimates the time of `perturb` from a few sequences of the run, which it computes and does not keep.
   *
   * @throws the errors of `perturb` about cells and genes
   */
  async estimatePerturbation(cells: AnnData, options: PerturbOptions = {}): Promise<RunEstimate> {
    checkOptions('estimatePerturbation', options, perturbOptionNames);
    return withTokens(cells, this.format, options, async (tokens, { signal }) => {
      const { spec } = await prepareRun(this.loaded, cells, tokens, options);
      return estimateCells(this.model, spec, {
        ...(options.shard && { shard: options.shard }),
        ...(signal && { signal }),
      });
    });
  }

  /**
   * Writes the tokens of a file as a Hugging Face dataset.
   *
   * @param folder a new folder, or an earlier dataset, which is replaced
   */
  async tokenize(cells: AnnData, folder: string, options: TokenizeFileOptions = {}): Promise<TokenizedFile> {
    checkOptions('tokenize', options, tokenizeFileOptionNames);
    return tokenizeOrJoin(this.loaded, cells, folder, options);
  }

  /**
   * Tokenizes a share of a file into a folder, as `embedShard` embeds it; `tokenize` with the option `parts` joins the shares.
   *
   * @throws RunMismatchError if the folder has another run; the errors of `tokenize`
   */
  async tokenizeShard(cells: AnnData, folder: string, options: TokenizeShardOptions = {}): Promise<ShardOutcome> {
    checkOptions('tokenizeShard', options, tokenizeShardOptionNames);
    return tokenizeShareOf(this.loaded, cells, folder, options);
  }

  private get loaded(): LoadedModel {
    return { name: this.name, folder: this.folder, model: this.model, vocabulary: this.vocabulary };
  }

  private get format(): TokenFormat {
    return tokenFormat(this.model, this.vocabulary);
  }

  /** Frees the weights. */
  dispose(): void {
    this.model.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.dispose();
    return Promise.resolve();
  }
}
