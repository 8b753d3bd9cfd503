import { type OptionNames } from '@geneformer-ts/core';
import { encoderLayout, type Head, headLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import { CheckpointError, LabelError } from '../errors.js';
import { type Checkpoint, withCheckpoint } from './checkpoint.js';
import { readWeights } from './state-dict.js';

/** Options of models with named outputs. */
export interface NamedHeadOptions {
  /** Class names, sorted and unique (see `encodeLabels`). Class i of label arrays and probabilities is `labels[i]`. */
  labels: readonly string[];
  /** Seed for the weights of a new head; default 0. */
  seed?: number;
  /** The vocabulary of the cells; default that of the checkpoint. */
  vocabulary?: VocabularyTag;
}

export const namedHeadOptionNames: OptionNames<NamedHeadOptions> = { labels: true, seed: true, vocabulary: true };

/** A checkpoint with the weights and names of a head, which is trained or newly initialized. */
export interface NamedHeadCheckpoint {
  checkpoint: Checkpoint;
  weights: Weights;
  labels: string[];
}

/**
 * Reads a checkpoint folder for a model with named outputs. If the folder has a trained head of that kind, its names are used.
 * Otherwise `labels` is required, and the head is initialized from `seed`.
 *
 * @throws LabelError without names, or if they differ from those of the checkpoint
 */
export async function readNamedHead(
  dir: string,
  kind: Head['kind'],
  options: Partial<NamedHeadOptions>,
  { headOf, checkNew }: { headOf: (labels: readonly string[]) => Head; checkNew: (labels: readonly string[]) => void },
): Promise<NamedHeadCheckpoint> {
  return withCheckpoint(dir, options.vocabulary, async (checkpoint) => {
    const { config, opened } = checkpoint;
    checkHead(checkpoint);
    const found = trainedHead(checkpoint);
    const trained = found === kind;
    const labels = trained ? ownLabels(checkpoint) : options.labels;
    if (!labels) {
      const has = found ? `a trained head for ${found}, not for ${kind}` : 'no trained head';
      throw new LabelError(`${dir}: has ${has}; give the class names as "labels" to train a new one`);
    }
    if (trained && options.labels && options.labels.join('\n') !== labels.join('\n')) {
      throw new LabelError(
        `${dir}: its classes are ${labels.join(', ')}, not ${options.labels.join(', ')}; omit "labels" to use them`,
      );
    }
    if (!trained) checkNew(labels);
    const { weights, absent } = await readWeights(opened, {
      required: encoderLayout(config),
      optional: headLayout(config, headOf(labels)),
      replaceable: !trained,
    });
    for (const [name, values] of initialWeights(absent, config, options.seed ?? 0)) weights.set(name, values);
    return { checkpoint, weights, labels: [...labels] };
  });
}

/**
 * Refuses a trained head that would be misread as another kind, or ignored and replaced by a new one.
 *
 * @throws CheckpointError
 */
function checkHead({ opened, problemType, architectures }: Checkpoint): void {
  const names = [...opened.tensors.keys(), ...opened.refused];
  const foreign = names.find((name) => /^classifier\.(?!(weight|bias)$)/.test(name));
  if (foreign !== undefined) {
    throw new CheckpointError(
      opened.path,
      `has a classifier that is not one linear layer ('${foreign}')`,
      'save the folder without it to train a new head',
    );
  }
  if (!opened.tensors.has('classifier.weight')) return;
  if (architectures.includes('BertForSequenceClassification') && !opened.tensors.has('bert.pooler.dense.weight')) {
    throw new CheckpointError(
      opened.path,
      "is a BertForSequenceClassification without its pooler ('bert.pooler.dense.weight')",
      'save the model with its pooler, or without its classifier to train a new head',
    );
  }
  if (problemType === 'multi_label_classification') {
    throw new CheckpointError(
      opened.path,
      'is a classifier with several labels per cell (problem_type: multi_label_classification), which is not supported',
      'train one classifier per label, or save the folder without its classifier to train a new head',
    );
  }
}

/** Returns the kind of the trained head of a checkpoint, found by its tensors because `architectures` may be missing. */
function trainedHead({ opened: { tensors }, problemType }: Checkpoint): Head['kind'] | null {
  const classifier = tensors.get('classifier.weight');
  if (!classifier) return null;
  if (!tensors.has('bert.pooler.dense.weight')) return 'token-classification';
  return problemType === 'regression' || classifier.shape[0] === 1 ? 'sequence-regression' : 'sequence-classification';
}

/** Returns the names of a trained head. Hugging Face omits them from config.json if they are its default names. */
function ownLabels({ labels, opened: { tensors } }: Checkpoint): string[] {
  const classes = tensors.get('classifier.weight')?.shape[0] ?? 0;
  return labels ?? Array.from({ length: classes }, (_, id) => `LABEL_${id}`);
}

/** Checks names of classes. @throws LabelError unless there are at least two, sorted and unique */
export function checkClassNames(labels: readonly string[]): void {
  if (labels.length < 2) throw new LabelError(`labels has ${labels.length} classes; a classifier needs at least two`);
  for (let id = 1; id < labels.length; id++) {
    if (labels[id - 1] >= labels[id]) {
      throw new LabelError(
        `class names must be sorted and unique: "${labels[id]}" follows "${labels[id - 1]}"; use encodeLabels`,
      );
    }
  }
}
