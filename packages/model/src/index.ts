/**
 * Geneformer: BERT over the ranked genes of a cell, under Hugging Face's names. Pretraining on masked genes, fine-tuning with frozen
 * layers, predictions and embeddings, checkpoints that PyTorch reads and the other way round.
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
 * Choose a backend before anything else here is called. Not here: tokenising (`@geneformer-ts/tokenizer`), splits and metrics
 * (`@geneformer-ts/eval`), and how tensors are computed (`@geneformer-ts/engine`).
 */
export { parseConfig } from './config.js';
export type { BertConfig } from './config.js';
export { presetConfig, presetNames } from './presets.js';
export type { PresetName, PublishedName } from './presets.js';
export { parameterCount } from './layout.js';
export type { Head } from './layout.js';

export { BertModel } from './model.js';
export type { SaveOptions } from './model.js';
export { PooledModel } from './pooled-model.js';
export type { PooledOptions } from './pooled-model.js';
export { BertForMaskedLM } from './masked-lm.js';
export { BertForSequenceClassification } from './sequence-classification.js';
export { BertForSequenceRegression } from './sequence-regression.js';
export { BertForTokenClassification } from './token-classification.js';
export type { NamedHeadOptions } from './classifier-checkpoint.js';
export type { Pooling } from './pooling.js';
export type { VocabularyTag } from './vocabulary-tag.js';

export { selectCells } from './cells.js';
export type { AnyCells, Cells, CellStore } from './cells.js';
export { openCellStore } from './cell-store.js';
export type { CellStoreOptions, OpenCellStore } from './cell-store.js';
export { encodeLabels } from './labels.js';
export type { EncodedLabels } from './labels.js';

export { pretrain } from './pretrain.js';
export type { PretrainingOptions } from './pretrain.js';
export { finetune } from './finetune.js';
export type { FinetuningOptions } from './finetune.js';
export { FrozenStates } from './frozen-states.js';
export type { FrozenOptions } from './frozen-part.js';
export { evaluateRegression, finetuneRegression } from './finetune-regression.js';
export type { RegressionTrainingOptions } from './finetune-regression.js';
export { finetuneTokens } from './finetune-tokens.js';
export type { TokenFinetuningOptions } from './finetune-tokens.js';
export type { TokenLabels } from './token-labels.js';
export { finetuningDefaults, pretrainingDefaults, tokenFinetuningDefaults } from './training-arguments.js';
export type {
  FinetuningArguments,
  PretrainingArguments,
  TokenFinetuningArguments,
  TrainingArguments,
} from './training-arguments.js';
export type { SchedulerType } from './schedule.js';
export type { TrainingOptions } from './trainer.js';
export type { Evaluation, TrainingRecord } from './training-record.js';

export { predict, predictValues } from './predict.js';
export type { PredictedValues, Predictions } from './predict.js';
export type { OutputOptions } from './pooled-reading.js';
export { averageByGene, predictTokens } from './predict-tokens.js';
export type { GenePredictions, TokenPredictionOptions, TokenPredictions } from './predict-tokens.js';
export { embedBatches, embedCells } from './embed-cells.js';
export type { EmbeddedBatch, EmbeddingOptions, Embeddings } from './embed-cells.js';
export { embedGenes, embedOccurrences } from './embed-genes.js';
export type { GeneEmbeddingOptions, GeneEmbeddings, OccurrenceEmbeddings } from './embed-genes.js';
export type { Occurrences } from './occurrences.js';
export { fillMask } from './fill-mask.js';
export type { FilledMask, FillMaskOptions } from './fill-mask.js';
export { evaluateClassifier } from './evaluate-classifier.js';
export { evaluateTokenClassifier } from './evaluate-tokens.js';
export { evaluateMaskedLoss } from './evaluate-masked-loss.js';
export type { MaskedLossOptions } from './evaluate-masked-loss.js';
export type { ReadingOptions } from './reading.js';
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
