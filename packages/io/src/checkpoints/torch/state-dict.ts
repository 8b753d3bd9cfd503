import { UnsupportedError } from '@geneformer-ts/core';
import { Unread } from '../pickle/machine.js';
import { TensorView } from './tensor-views.js';

/** Where training programs keep the weights in a dictionary of more than them; `state_dict` is Lightning's. */
const KEPT_UNDER = ['state_dict', 'model_state_dict', 'model', 'module'];
/** Dictionaries inside one another that are looked into. */
const MAX_DEPTH = 3;

const DESCRIPTION = 'data.pkl';
const NOTHING_RUNS = 'only tensors are read and nothing is executed';
const SAVE_AGAIN = 'save only model.state_dict() with torch.save';

/** The entries of a state dictionary, by whether they are tensors. */
export interface StateDict {
  views: Map<string, TensorView>;
  refused: Map<string, () => UnsupportedError>;
}

/**
 * The state dictionary in what a PyTorch file holds: all of it, or what training programs keep under `state_dict` (Lightning),
 * `model_state_dict`, `model` or `module`. The rest of such a file (optimizer, hyper-parameters) is passed over.
 *
 * @throws UnsupportedError naming the key, when there is none or more than one
 */
export function findStateDict(value: unknown, path: string): StateDict {
  let found = value;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const within = keptWithin(found, path);
    if (!within) break;
    found = within;
  }
  if (found instanceof Unread) throw refusal(path, DESCRIPTION, found);
  if (!(found instanceof Map)) {
    throw new UnsupportedError(path, DESCRIPTION, 'what is no dictionary of tensors', SAVE_AGAIN);
  }
  const views = new Map<string, TensorView>();
  const refused: StateDict['refused'] = new Map();
  for (const [name, item] of found as Map<unknown, unknown>) {
    if (typeof name !== 'string') {
      throw new UnsupportedError(path, 'a key that is not text', 'what is no tensor', SAVE_AGAIN);
    }
    if (item instanceof TensorView) views.set(name, item);
    else if (item instanceof Unread) refused.set(name, () => refusal(path, DESCRIPTION, item));
    else refused.set(name, () => new UnsupportedError(path, `'${name}'`, 'what is no tensor', SAVE_AGAIN));
  }
  return { views, refused };
}

function keptWithin(value: unknown, path: string): Map<unknown, unknown> | undefined {
  if (!(value instanceof Map)) return undefined;
  const dictionary = value as Map<unknown, unknown>;
  const keys = KEPT_UNDER.filter((key) => holdsTensors(dictionary.get(key)));
  if (keys.length > 1) {
    const what = `weights under each of ${keys.map((key) => `'${key}'`).join(', ')}`;
    throw new UnsupportedError(path, DESCRIPTION, what, 'save one of them alone with torch.save');
  }
  return keys.length === 1 ? (dictionary.get(keys[0]) as Map<unknown, unknown>) : undefined;
}

function holdsTensors(value: unknown, depth = 1): boolean {
  if (!(value instanceof Map)) return false;
  const dictionary = value as Map<unknown, unknown>;
  for (const item of dictionary.values()) if (item instanceof TensorView) return true;
  return depth < MAX_DEPTH && KEPT_UNDER.some((key) => holdsTensors(dictionary.get(key), depth + 1));
}

function refusal(path: string, field: string, { name }: Unread): UnsupportedError {
  return new UnsupportedError(path, field, `the name ${name}`, `${NOTHING_RUNS}; ${SAVE_AGAIN}`);
}
