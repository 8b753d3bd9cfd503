import { encoderLayout, type Head, headLayout } from '../bert/layout.js';
import { initialWeights, type Weights } from '../bert/parameters.js';
import type { VocabularyTag } from '../bert/vocabulary-tag.js';
import { CheckpointError, LabelError } from '../errors.js';
import { type Checkpoint, withCheckpoint } from './checkpoint.js';
import { readWeights } from './state-dict.js';

/** What every model with named outputs is made from. */
export interface NamedHeadOptions {
  /** Class names, sorted and unique (see `encodeLabels`); class i of every label array and probability is `labels[i]`. */
  labels: readonly string[];
  /** For the weights of a new head; default 0. */
  seed?: number;
  vocabulary?: VocabularyTag;
}

export interface NamedHeadCheckpoint {
  checkpoint: Checkpoint;
  weights: Weights;
  labels: string[];
}

/**
 * Reads a checkpoint folder for a model with a head of named outputs. A folder with a trained head of that kind brings its own
 * names; with any other, `labels` must be given, and the head is newly drawn from `seed`.
 *
 * @throws LabelError when there are no names, or they are not the checkpoint's
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
      throw new LabelError(`${dir}: holds ${has}; give the class names as "labels" to train a new one`);
    }
    if (trained && options.labels && options.labels.join('\n') !== labels.join('\n')) {
      throw new LabelError(
        `${dir}: classifies ${labels.join(', ')}, not ${options.labels.join(', ')}; leave "labels" out`,
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
 * Refuses a trained head that would be read as another, or passed over for a new one.
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
      'classifies with several labels per cell (problem_type: multi_label_classification), which is not supported',
      'train one classifier per label, or save the folder without its classifier to train a new head',
    );
  }
}

/** Which trained head of named outputs a checkpoint has: told by its tensors, since `architectures` may be missing. */
function trainedHead({ opened: { tensors }, problemType }: Checkpoint): Head['kind'] | null {
  const classifier = tensors.get('classifier.weight');
  if (!classifier) return null;
  if (!tensors.has('bert.pooler.dense.weight')) return 'token-classification';
  return problemType === 'regression' || classifier.shape[0] === 1 ? 'sequence-regression' : 'sequence-classification';
}

/** Hugging Face leaves the names out of config.json when they are its own for two classes. */
function ownLabels({ labels, opened: { tensors } }: Checkpoint): string[] {
  const classes = tensors.get('classifier.weight')?.shape[0] ?? 0;
  return labels ?? Array.from({ length: classes }, (_, id) => `LABEL_${id}`);
}

/** @throws LabelError unless there are two classes or more, sorted */
export function checkClassNames(labels: readonly string[]): void {
  if (labels.length < 2) throw new LabelError(`there is ${labels.length} class; a classifier needs at least two`);
  for (let id = 1; id < labels.length; id++) {
    if (labels[id - 1] >= labels[id]) {
      throw new LabelError(
        `class names must be sorted and unique: "${labels[id]}" follows "${labels[id - 1]}"; use encodeLabels`,
      );
    }
  }
}
