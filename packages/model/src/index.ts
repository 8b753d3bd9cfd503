/**
 * Geneformer: BERT over the ranked genes of a cell, with the names of Hugging Face. Pretraining on masked genes, fine-tuning with
 * frozen layers, predictions, embeddings, and checkpoints in the format of PyTorch and Hugging Face.
 *
 * ```ts
 * import { useBackend } from '@geneformer-ts/engine';
 * import { BertForMaskedLM, embedCells, presetConfig, pretrain } from '@geneformer-ts/model';
 *
 * await useBackend('onnx');
 * const cells = { inputIds: Int32Array.of(5, 9, 4, 7, 7, 5, 8), offsets: Int32Array.of(0, 4, 7) };
 * const model = BertForMaskedLM.fromConfig(presetConfig('tiny', 10), { seed: 1 });
 * await pretrain(model, cells, { numTrainEpochs: 2 });
 * await embedCells(model, cells); // { data: Float32Array(32), rows: 2, cols: 16 }
 * ```
 *
 * Select a backend first. Other packages tokenize (`@geneformer-ts/tokenizer`), split and evaluate (`@geneformer-ts/eval`) and
 * compute tensors (`@geneformer-ts/engine`).
 */
export { parseConfig } from './bert/config.js';
export type { BertConfig } from './bert/config.js';
export { presetConfig, presetNames } from './bert/presets.js';
export type { PresetName, PublishedName } from './bert/presets.js';
export { parameterCount } from './bert/layout.js';
export type { Head } from './bert/layout.js';

export { BertModel } from './models/model.js';
export type { Precision, SaveOptions } from './models/model.js';
export { PooledModel, BertForSequenceClassification, BertForSequenceRegression } from './models/sequence-models.js';
export type { PooledOptions } from './models/sequence-models.js';
export { BertForMaskedLM } from './models/masked-lm.js';
export { BertForTokenClassification } from './models/token-classification.js';
export type { NamedHeadOptions } from './checkpoint/named-head.js';
export type { Pooling } from './bert/heads.js';
export type { VocabularyTag } from './bert/vocabulary-tag.js';

export { selectCells } from './data/cells.js';
export type { AnyCells, Cells, CellStore } from './data/cells.js';
export { encodeLabels } from './data/labels.js';
export type { EncodedLabels } from './data/labels.js';

export { pretrain } from './training/pretrain.js';
export type { PretrainingOptions } from './training/pretrain.js';
export { pretrainContrastive } from './training/pretrain-contrastive.js';
export type { ContrastiveOptions } from './training/pretrain-contrastive.js';
export { startFromGeneVectors } from './training/start-from-gene-vectors.js';
export type { GeneVectorOptions } from './training/start-from-gene-vectors.js';
export type { PairedCells } from './training/contrastive-pairs.js';
export { finetune } from './training/finetune.js';
export type { FinetuningOptions } from './training/finetune.js';
export { FrozenStates } from './inference/frozen-states.js';
export type { FrozenOptions } from './training/finetuning.js';
export { evaluateRegression } from './inference/evaluate.js';
export { finetuneRegression } from './training/finetune-regression.js';
export type { RegressionTrainingOptions } from './training/finetune-regression.js';
export { finetuneTokens } from './training/finetune-tokens.js';
export type { TokenFinetuningOptions } from './training/finetune-tokens.js';
export type { TokenLabels } from './data/labels.js';
export {
  contrastiveDefaults,
  finetuningDefaults,
  pretrainingDefaults,
  tokenFinetuningDefaults,
} from './training/arguments.js';
export type {
  ContrastiveArguments,
  FinetuningArguments,
  PretrainingArguments,
  TokenFinetuningArguments,
  TrainingArguments,
} from './training/arguments.js';
export type { SchedulerType } from './training/schedule.js';
export type { TrainingOptions } from './training/trainer.js';
export type { Evaluation, TrainingRecord } from './training/run.js';

export { predict, predictValues, averageByGene, predictTokens } from './inference/predict.js';
export type {
  PredictedValues,
  Predictions,
  OutputOptions,
  GenePredictions,
  TokenPredictionOptions,
  TokenPredictions,
} from './inference/predict.js';
export { embedBatches, embedCells } from './inference/embed-cells.js';
export type { EmbeddedBatch, EmbeddingOptions, Embeddings } from './inference/embed-cells.js';
export { embedGenes, embedOccurrences } from './inference/embed-genes.js';
export type { GeneEmbeddingOptions, GeneEmbeddings, OccurrenceEmbeddings } from './inference/embed-genes.js';
export type { Occurrences } from './inference/occurrences.js';
export { readStates } from './inference/read-states.js';
export type { SequenceBatch, SequenceStates, StatesRequest } from './inference/read-states.js';
export { deletionGradients } from './inference/deletion-gradients.js';
export type { GradientRequest } from './inference/deletion-gradients.js';
export { fillMask } from './inference/fill-mask.js';
export type { FilledMask, FillMaskOptions } from './inference/fill-mask.js';
export { evaluateClassifier, evaluateTokenClassifier, evaluateMaskedLoss } from './inference/evaluate.js';
export type { MaskedLossOptions } from './inference/evaluate.js';
export type { ReadingOptions } from './inference/read-batches.js';
export type { Progress } from '@geneformer-ts/core';

export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export {
  CellsError,
  CheckpointError,
  CheckpointMismatchError,
  CheckpointSaveError,
  ConfigError,
  FrozenStatesError,
  LabelError,
  ResumeDamagedError,
  ResumeMismatchError,
  TrainingAbortedError,
  TrainingDivergedError,
  VocabularyMismatchError,
} from './errors.js';
