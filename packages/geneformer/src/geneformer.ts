import { checkOptions, type OptionNames, type Progress } from '@geneformer-ts/core';
import type { AnnData } from '@geneformer-ts/io';
import {
  BertForSequenceClassification,
  type BertConfig,
  type BertModel,
  embedBatches,
  embedGenes,
  type Pooling,
} from '@geneformer-ts/model';
import { tokenizeCells, type TokenizeResult, type Vocabulary } from '@geneformer-ts/tokenizer';
import { ensureBackend } from './backend.js';
import type { CallOptions } from './call-options.js';
import {
  type CountOptions,
  type CountsReport,
  readableCounts,
  tokenFormat,
  tokenizedCells,
  type TokenizedCells,
} from './cells/tokenized-cells.js';
import { CellClassifier } from './classifier/cell-classifier.js';
import { type FinetuneOptions, finetuneOptionNames } from './classifier/finetune-options.js';
import { labeledTokens } from './classifier/labeled-tokens.js';
import { trainClassifier } from './classifier/train-classifier.js';
import { loadEncoder } from './pretrained/load-encoder.js';
import { locateModel } from './pretrained/locate.js';
import { modelVocabulary } from './pretrained/model-vocabulary.js';
import { progressOf } from './progress/progress-line.js';

/** Options of `Geneformer.fromPretrained`. */
export interface PretrainedOptions extends CallOptions {
  /** Whether only files on this machine are used. Default: the variable `GENEFORMER_OFFLINE`. */
  localFilesOnly?: boolean;
}

/** Options of `Geneformer.embed`. */
export interface EmbedOptions extends CallOptions, CountOptions {
  /** Hidden state of the encoder: i is the output of layer i, negative values count from the end. Default −1, the last. */
  hiddenState?: number;
  /** `mean` over the genes of a cell (default), or `cls`, the vector at position 0. */
  pooling?: Pooling;
}

/** The vectors of all cells of a file. `cells.obsm.set` accepts it as it is. */
export interface CellEmbedding {
  rows: number;
  cols: number;
  /** rows × cols, row by row; NaN for cells without a gene that the model knows. */
  data: Float32Array;
  /** Counts and genes that were read of the file. */
  report: CountsReport;
}

/** One vector per gene. */
export interface GeneEmbedding {
  /** Ensembl gene ids. */
  ids: string[];
  /** Gene symbols; null if the vocabulary does not have one. */
  symbols: (string | null)[];
  /** Number of cells that each vector is the mean of. */
  cells: Int32Array;
  /** genes × cols, row by row. */
  data: Float32Array;
  cols: number;
}

const pretrainedNames: OptionNames<PretrainedOptions> = { localFilesOnly: true, onProgress: true, signal: true };
const countNames: OptionNames<CountOptions & CallOptions> = {
  layer: true,
  species: true,
  minKnownShare: true,
  onProgress: true,
  signal: true,
};
const embedNames: OptionNames<EmbedOptions> = { hiddenState: true, pooling: true, ...countNames };

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
   * @throws the errors of `tokenizeCells` about the file; the reason of the signal
   */
  async embed(cells: AnnData, options: EmbedOptions = {}): Promise<CellEmbedding> {
    checkOptions('embed', options, embedNames);
    const { hiddenState, pooling, ...rest } = options;
    return this.withTokens(cells, rest, async ({ store, rows, report }, calls) => {
      const cols = this.config.hidden_size;
      const data = new Float32Array(cells.nObs * cols).fill(NaN);
      const reading = {
        ...calls,
        ...(hiddenState !== undefined && { layer: hiddenState }),
        ...(pooling && { pooling }),
      };
      for await (const batch of embedBatches(this.model, store, reading)) {
        batch.cells.forEach((cell, at) => data.set(batch.data.subarray(at * cols, (at + 1) * cols), rows[cell] * cols));
      }
      return { rows: cells.nObs, cols, data, report };
    });
  }

  /**
   * Returns one vector per gene that the cells express: the mean over its occurrences of the last hidden state.
   *
   * @throws the errors of `tokenizeCells` about the file; the reason of the signal
   */
  async embedGenes(cells: AnnData, options: CountOptions & CallOptions = {}): Promise<GeneEmbedding> {
    checkOptions('embedGenes', options, countNames);
    return this.withTokens(cells, options, async ({ store }, calls) => {
      const { tokens, occurrences, data, cols } = await embedGenes(this.model, store, calls);
      const ids = Array.from(tokens, (token) => this.vocabulary.tokens[token]);
      const symbolOf = new Map([...(this.vocabulary.symbols ?? [])].map(([symbol, id]) => [id, symbol]));
      return { ids, symbols: ids.map((id) => symbolOf.get(id) ?? null), cells: occurrences, data, cols };
    });
  }

  /**
   * Trains a classifier on the labels of the cells, and measures it on cells, or on whole groups of cells, that are held
   * out.
   *
   * @throws FieldMissingError, CellsUnfitError if labels or groups do not suffice; the errors of `embed`
   */
  async finetune(cells: AnnData, options: FinetuneOptions): Promise<CellClassifier> {
    checkOptions('finetune', options, finetuneOptionNames);
    const { onProgress, signal, layer, species, minKnownShare } = options;
    const counts = {
      ...(layer !== undefined && { layer }),
      ...(species && { species }),
      ...(minKnownShare !== undefined && { minKnownShare }),
      ...(onProgress !== undefined && { onProgress }),
      ...(signal && { signal }),
    };
    // Unknown columns are reported before anything is computed.
    for (const column of [options.labels, options.groupBy]) if (column !== undefined) cells.obs.get(column);
    return this.withTokens(cells, counts, async (tokens, { onProgress: report }) => {
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
   * Writes the tokens of a file as a Hugging Face dataset.
   *
   * @param folder a new folder, or an earlier dataset, which is replaced
   * @param attributes obs columns to copy
   */
  async tokenize(
    cells: AnnData,
    folder: string,
    options: CountOptions & CallOptions & { attributes?: 'all' | readonly string[] } = {},
  ): Promise<Omit<TokenizeResult, 'reports' | 'report'> & { report: CountsReport }> {
    checkOptions('tokenize', options, { ...countNames, attributes: true });
    const { onProgress, signal, attributes = [], minKnownShare, ...counts } = options;
    const progress = progressOf(onProgress);
    const { matrix, ...found } = await readableCounts(cells, counts);
    const format = tokenFormat(this.model, this.vocabulary);
    try {
      const {
        report,
        reports: _,
        ...result
      } = await tokenizeCells(matrix, this.vocabulary, folder, {
        maxLength: format.maxLength,
        keepCounts: format.keepCounts,
        attributes,
        symbols: true,
        ...(minKnownShare !== undefined && { minKnownShare }),
        ...(found.species === 'mouse' && { geneIds: 'index' }),
        onProgress: progress.report,
        ...(signal && { signal }),
      });
      return { ...result, report: { ...report, ...found } };
    } finally {
      progress.clear();
    }
  }

  /** Tokenizes cells into a temporary folder for the time of a call, and reports its progress. */
  private async withTokens<T>(
    cells: AnnData,
    { onProgress, signal, ...counts }: CountOptions & CallOptions,
    use: (tokens: TokenizedCells, calls: { onProgress: Progress; signal?: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const progress = progressOf(onProgress);
    const calls = { onProgress: progress.report, ...(signal && { signal }) };
    try {
      await ensureBackend();
      await using tokens = await tokenizedCells(cells, tokenFormat(this.model, this.vocabulary), {
        ...counts,
        ...calls,
      });
      return await use(tokens, calls);
    } finally {
      progress.clear();
    }
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
