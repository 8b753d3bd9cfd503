import { ArgumentError, checkOptions, type OptionNames } from '@geneformer-ts/core';
import { writeIntoDirectory } from '@geneformer-ts/core/node';
import { type AnnData, columnAsStrings, type CountMatrix } from '@geneformer-ts/io';
import { BertForMaskedLM, presetConfig, pretrain, selectCells } from '@geneformer-ts/model';
import {
  buildVocabulary,
  makeVocabulary,
  openCellStore,
  saveVocabulary,
  tokenizeCells,
  type Vocabulary,
} from '@geneformer-ts/tokenizer';
import { join, mkdtemp, rm, tmpdir } from '@geneformer-ts/core/system';
import { ensureBackend } from '../backend.js';
import type { CallOptions } from '../call-options.js';
import { rawCounts } from '../cells/raw-counts.js';
import { progressOf } from '../progress/progress-line.js';
import { CLASSIFIER_FILE } from '../classifier/cell-classifier.js';
import { VOCABULARY_FILE } from './model-vocabulary.js';

/** Options of `pretrainModel`. */
export interface PretrainModelOptions extends CallOptions {
  /** Shape of the model: `embedded` (2 layers × 64, default), `tiny` (2 layers × 16) or a published one. */
  preset?: string;
  /** Maximum number of genes per cell; default the number of positions of the preset. */
  maxLength?: number;
  /** Passes over the cells; default 3. */
  epochs?: number;
  /** Peak learning rate; default 2e-3 for the shapes of this project, else 1e-3 as published. */
  learningRate?: number;
  /** Minimum number of cells in which a gene must be detected; default 3. */
  minCells?: number;
  /** Folder for checkpoints, from which an interrupted run with the same settings resumes. */
  checkpointDir?: string;
  /** Determines the initial weights, the order of the cells and the masks. Default 0. */
  seed?: number;
}

const known: OptionNames<PretrainModelOptions> = {
  preset: true,
  maxLength: true,
  epochs: true,
  learningRate: true,
  minCells: true,
  checkpointDir: true,
  seed: true,
  onProgress: true,
  signal: true,
};

/** What pretraining did. */
export interface PretrainReport {
  cells: number;
  genes: number;
  parameters: number;
  steps: number;
  /** Mean cross-entropy at masked genes of held-out cells, in nats. */
  heldOutLoss: number;
  seconds: number;
}

const SYMBOL_COLUMNS = ['gene_symbol', 'gene_symbols', 'symbol', 'gene_name', 'feature_name'];
/** One cell of this many is held out. */
const HELD_OUT = 20;

/**
 * Pretrains a model from scratch on raw counts: builds a vocabulary with the medians of the cells, tokenizes them and
 * predicts masked genes. Writes a folder that `Geneformer.fromPretrained` loads.
 *
 * @param sources files with raw counts
 * @param folder the folder to write
 * @throws the errors of `buildVocabulary`, `tokenizeCells` and `pretrain`
 */
export async function pretrainModel(
  sources: readonly AnnData[],
  folder: string,
  options: PretrainModelOptions = {},
): Promise<PretrainReport> {
  checkOptions('pretrainModel', options, known);
  const { preset = 'embedded', epochs = 3, minCells = 3, seed = 0, onProgress, signal, checkpointDir } = options;
  const isOwn = preset === 'embedded' || preset === 'tiny';
  if (!(epochs > 0)) throw ArgumentError.of('epochs', epochs, 'a number above 0');
  const startedAt = performance.now();
  const progress = progressOf(onProgress);
  const calls = { onProgress: progress.report, ...(signal && { signal }) };
  const temporary = await mkdtemp(join(tmpdir(), 'geneformer-'));
  try {
    await ensureBackend();
    const matrices = await Promise.all(sources.map(async (source) => (await rawCounts(source)).matrix));
    const built = await buildVocabulary(matrices, { version: 'corpus', specialTokens: false, minCells, ...calls });
    const vocabulary = withSymbols(built, matrices);
    const config = presetConfig(preset, vocabulary.size);
    const maxLength = options.maxLength ?? config.max_position_embeddings;
    const dataset = join(temporary, 'corpus.dataset');
    await tokenizeCells(matrices, vocabulary, dataset, { maxLength, ...calls });
    const store = await openCellStore(dataset, { cellIds: false });
    try {
      const all = [...store.lengths.keys()];
      const model = BertForMaskedLM.fromConfig(config, { seed, vocabulary });
      const record = await pretrain(
        model,
        selectCells(
          store,
          all.filter((cell) => cell % HELD_OUT !== 0),
        ),
        {
          numTrainEpochs: epochs,
          learningRate: options.learningRate ?? (isOwn ? 2e-3 : 1e-3),
          warmupRatio: 0.05,
          tokensPerBatch: 4096,
          initialBias: 'frequencies',
          maxLength,
          seed,
        },
        {
          evalCells: selectCells(
            store,
            all.filter((cell) => cell % HELD_OUT === 0),
          ),
          ...(checkpointDir !== undefined && { checkpointDir }),
          ...calls,
        },
      );
      const fill = async (dir: string): Promise<void> => {
        await model.writeFiles(dir);
        await saveVocabulary(join(dir, VOCABULARY_FILE), vocabulary);
      };
      // A classifier of an earlier model would be read with these weights.
      const stale = (name: string): boolean => name === CLASSIFIER_FILE;
      await writeIntoDirectory(folder, fill, { last: 'config.json', stale });
      const { parameterCount: parameters } = model;
      model.dispose();
      return {
        cells: all.length,
        genes: vocabulary.idOf.size,
        parameters,
        steps: record.steps,
        heldOutLoss: record.evaluations.at(-1)?.loss ?? NaN,
        seconds: (performance.now() - startedAt) / 1000,
      };
    } finally {
      store.close();
    }
  } finally {
    progress.clear();
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Adds the gene symbols of the files, so that files with symbols only can be read later. */
function withSymbols(vocabulary: Vocabulary, matrices: readonly CountMatrix[]): Vocabulary {
  const symbols = new Map<string, string>();
  for (const { var: genes } of matrices) {
    const ids = [genes.index, ...[...genes.columns.values()].map(columnAsStrings)].find((values) =>
      values.some((value) => value !== null && vocabulary.idOf.has(value)),
    );
    const name = SYMBOL_COLUMNS.find((column) => genes.columns.has(column));
    const named = name === undefined ? genes.index : columnAsStrings(genes.columns.get(name)!);
    ids?.forEach((id, at) => {
      const symbol = named[at];
      if (id !== null && symbol !== null && symbol !== id && vocabulary.idOf.has(id)) symbols.set(symbol, id);
    });
  }
  if (symbols.size === 0) return vocabulary;
  return makeVocabulary('corpus', { ...vocabulary, symbols });
}
