import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import { writeFileAtomic, writeIntoDirectory } from '@geneformer-ts/core/node';
import { writeSafetensors, writeTorch } from '@geneformer-ts/io';
import { join } from '@geneformer-ts/core/system';
import type { BertConfig } from '../bert/config.js';
import type { Pooling } from '../bert/heads.js';
import { type Head, modelLayout, parameterCount } from '../bert/layout.js';
import { Parameters, type Weights } from '../bert/parameters.js';
import { publishedTag, tagOf, type VocabularyTag } from '../bert/vocabulary-tag.js';
import { staleWeights, toFile } from '../checkpoint/state-dict.js';
import { arraysDigest } from '../data/cells.js';
import type { CellsContract } from '../data/readable-cells.js';
import { ConfigError } from '../errors.js';

/** Options of `savePretrained`. */
export interface SaveOptions {
  /** Whether to write `model.safetensors` (default), or else `pytorch_model.bin` for programs that read only this. */
  safeSerialization?: boolean;
}

const known: OptionNames<SaveOptions> = { safeSerialization: true };

/** Precision of the products with the weights of the encoder. `int8`: 8-bit integers, see `QuantizedWeight` of the engine. */
export type Precision = 'fp32' | 'int8';

/** Base class of the models: configuration, weights on the backend, and the vocabulary. */
export abstract class BertModel {
  /** Hugging Face's name of the class, for `config.json`. */
  abstract readonly architecture: string;
  /** Names of the outputs, by id; of classifiers and regressions. */
  readonly labels?: readonly string[];
  /** How the vector of a cell is computed; of models with one output vector per cell. */
  readonly pooling?: Pooling;
  /** The weights, by Hugging Face name. */
  readonly parameters: Parameters;
  /** The vocabulary that was given or stored, else the published one of this size, else null. */
  readonly vocabulary: VocabularyTag | null;

  protected constructor(
    readonly config: BertConfig,
    readonly head: Head,
    weights: Weights,
    vocabulary: VocabularyTag | null,
  ) {
    if (vocabulary && vocabulary.size !== config.vocab_size) {
      throw new ConfigError(
        'configuration',
        'vocab_size',
        config.vocab_size,
        `the vocabulary has ${vocabulary.size} ids; give its size`,
      );
    }
    this.vocabulary = vocabulary ? tagOf(vocabulary) : publishedTag(config.vocab_size);
    this.parameters = new Parameters(modelLayout(config, head), weights);
  }

  /** Number of weights. A tied decoder counts once. */
  get parameterCount(): number {
    return parameterCount(this.config, this.head);
  }

  /** Id of `<mask>`: that of the vocabulary, or 1 as in all published ones. */
  get maskId(): number {
    return this.vocabulary?.maskId ?? 1;
  }

  /** The requirements that cells must meet for this model. */
  get cellsContract(): CellsContract {
    return {
      vocabularySize: this.config.vocab_size,
      vocabularyDigest: this.vocabulary?.digest,
      maxPositions: this.config.max_position_embeddings,
      lacksClsAndEos: this.vocabulary !== null && this.vocabulary.clsId === null,
      readsLevels: this.config.expression_levels === true,
    };
  }

  /** Ids of the special tokens: those of the vocabulary if known, else `<pad>` and `<mask>`. */
  get specialIds(): number[] {
    const known = this.vocabulary;
    if (!known) return [this.config.pad_token_id, this.maskId];
    return [known.padId, known.maskId, known.clsId, known.eosId].filter((id) => id !== null);
  }

  /**
   * Writes `config.json` and the weights into `dir`, like `save_pretrained` of transformers. Other files in the folder stay.
   * An earlier checkpoint is replaced once everything is on disk. Its shards are removed, and so are weights that readers would
   * prefer to the new ones (`model.safetensors` next to a new `pytorch_model.bin`). A `pytorch_model.bin` next to a new
   * `model.safetensors` stays, because no reader prefers it.
   *
   * ```ts
   * await model.savePretrained('classifier'); // config.json, model.safetensors
   * ```
   *
   * @throws FileAccessError if `dir` is not a folder, or if `config.json` or the weights there are links or not regular files
   */
  async savePretrained(dir: string, options: SaveOptions = {}): Promise<void> {
    checkOptions('savePretrained', options, known);
    const { safeSerialization = true } = options;
    const stale = (file: string): boolean => staleWeights(file, safeSerialization);
    await writeIntoDirectory(dir, (temporary) => this.writeFiles(temporary, options), { last: 'config.json', stale });
  }

  /** Writes the files of `savePretrained` into an existing folder. */
  async writeFiles(dir: string, { safeSerialization = true }: SaveOptions = {}): Promise<void> {
    await writeFileAtomic(join(dir, 'config.json'), `${JSON.stringify(this.configJson(), null, 2)}\n`);
    const tensors = toFile(this.parameters.specs, await this.parameters.read());
    if (safeSerialization) await writeSafetensors(join(dir, 'model.safetensors'), tensors, { format: 'pt' });
    else await writeTorch(join(dir, 'pytorch_model.bin'), tensors);
  }

  private configJson(): object {
    const { labels, pooling } = this;
    const problemType = problemTypes[this.head.kind];
    return {
      architectures: [this.architecture],
      model_type: 'bert',
      position_embedding_type: 'absolute',
      ...this.config,
      ...(labels && {
        id2label: Object.fromEntries(labels.map((label, id) => [id, label])),
        label2id: Object.fromEntries(labels.map((label, id) => [label, id])),
        ...(problemType && { problem_type: problemType }),
      }),
      geneformer_ts: { format: 1, vocabulary: this.vocabulary, ...(pooling && { pooling }) },
    };
  }

  /** Frees the weights. The model must not be used afterwards. */
  dispose(): void {
    this.parameters.dispose();
  }
}

/** The field by which Hugging Face's sequence classifier selects its loss. */
const problemTypes: Partial<Record<Head['kind'], string>> = {
  'sequence-classification': 'single_label_classification',
  'sequence-regression': 'regression',
};

/** Returns a digest of all bits of some weights. */
export function weightsDigest(weights: Weights): string {
  return arraysDigest([...weights.values()]);
}
