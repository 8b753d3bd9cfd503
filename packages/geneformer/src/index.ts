/**
 * Geneformer for people with their own cells: annotate, embed and train with a few lines. The package also has the command
 * `geneformer`.
 *
 * ```ts
 * import { AnnData, Geneformer, toCategorical } from 'geneformer';
 *
 * await using model = await Geneformer.fromPretrained('mini');
 * await using cells = await AnnData.open('cells.h5ad');
 * cells.obsm.set('X_geneformer', await model.embed(cells));
 * const classifier = await model.finetune(cells, { labels: 'cell_type', groupBy: 'donor_id' });
 * const { label, score } = await classifier.annotate(cells);
 * cells.obs.set('predicted', toCategorical(label));
 * cells.obs.set('score', score);
 * await cells.write('out.h5ad');
 * ```
 *
 * @packageDocumentation
 */
export { AnnData, toCategorical } from '@geneformer-ts/io';
export { Geneformer } from './geneformer.js';
export type { PretrainedOptions } from './geneformer.js';
export type { CellEmbedding, EmbedOptions, EmbedShardOptions } from './embedding/embed-file.js';
export type { GeneEmbedding } from './embedding/embed-genes.js';
export { CellClassifier } from './classifier/cell-classifier.js';
export type { AnnotateOptions, AnnotateShardOptions } from './classifier/cell-classifier.js';
export { majorityVote, UNKNOWN } from './classifier/annotation.js';
export type { Annotation } from './classifier/annotation.js';
export type { Calibration } from './classifier/calibrate.js';
export type { FinetuneOptions } from './classifier/finetune-options.js';
export type { ClassifierScores } from './classifier/scores.js';
export type { ClassifierParts, TrainingReport } from './classifier/train-classifier.js';
export type { PerturbOptions, StateOptions } from './perturbation/perturb-options.js';
export type { CellPerturbation } from './perturbation/perturb-file.js';
export type { GeneEffect } from './perturbation/gene-effects.js';
export type { RunEstimate } from '@geneformer-ts/perturb';
export type { CallOptions } from './call-options.js';
export type { TokenizeFileOptions, TokenizeShardOptions } from './cells/tokenize-shard.js';
export type { Shard, ShardOutcome } from './shards/row-run.js';
export type { CountOptions } from './cells/count-options.js';
export type { CountsReport } from './cells/tokenized-cells.js';
export type { Species } from './cells/species.js';
export { pretrainModel } from './pretrained/pretrain-model.js';
export type { PretrainModelOptions, PretrainReport } from './pretrained/pretrain-model.js';
export type { Progress, ProgressEvent } from '@geneformer-ts/core';
export { ArgumentError, GeneformerError } from '@geneformer-ts/core';
export { CellsUnfitError, ClassifierError, ModelMissingError } from './errors.js';
