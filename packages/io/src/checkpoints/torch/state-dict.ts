import { UnsupportedError } from '@geneformer-ts/core';
import { OpaqueObject } from '../pickle/machine.js';
import { TensorView } from './tensor-views.js';

/** Keys under which training programs store the weights; `state_dict` is the key of Lightning. */
const STATE_DICT_KEYS = ['state_dict', 'model_state_dict', 'model', 'module'];
/** Largest depth of nested dictionaries that are searched. */
const MAX_DEPTH = 3;

const DESCRIPTION = 'data.pkl';
const NOTHING_RUNS = 'only tensors are supported and nothing is executed';
const SAVE_AGAIN = 'save only model.state_dict() with torch.save';

/** Entries of a state dictionary: tensors, and refused entries with their errors. */
export interface StateDict {
  views: Map<string, TensorView>;
  refused: Map<string, () => UnsupportedError>;
}

/**
 * Finds the state dictionary in the content of a PyTorch file: the content itself, or its entry `state_dict` (Lightning),
 * `model_state_dict`, `model` or `module`. The other entries of a training program (optimizer, hyperparameters) are ignored.
 *
 * @throws UnsupportedError naming the key unless the file has exactly one state dictionary
 */
export function findStateDict(value: unknown, path: string): StateDict {
  let found = value;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const nested = nestedStateDict(found, path);
    if (!nested) break;
    found = nested;
  }
  if (found instanceof OpaqueObject) throw refusal(path, DESCRIPTION, found);
  if (!(found instanceof Map)) {
    throw new UnsupportedError(path, DESCRIPTION, 'a file without a dictionary of tensors', SAVE_AGAIN);
  }
  const views = new Map<string, TensorView>();
  const refused: StateDict['refused'] = new Map();
  for (const [name, item] of found as Map<unknown, unknown>) {
    if (typeof name !== 'string') {
      throw new UnsupportedError(path, DESCRIPTION, 'a key that is not a string', SAVE_AGAIN);
    }
    if (item instanceof TensorView) views.set(name, item);
    else if (item instanceof OpaqueObject) refused.set(name, () => refusal(path, DESCRIPTION, item));
    else refused.set(name, () => new UnsupportedError(path, `'${name}'`, 'a value that is not a tensor', SAVE_AGAIN));
  }
  return { views, refused };
}

function nestedStateDict(value: unknown, path: string): Map<unknown, unknown> | undefined {
  if (!(value instanceof Map)) return undefined;
  const dictionary = value as Map<unknown, unknown>;
  const keys = STATE_DICT_KEYS.filter((key) => holdsTensors(dictionary.get(key)));
  if (keys.length > 1) {
    const problem = `weights under each of ${keys.map((key) => `'${key}'`).join(', ')}`;
    throw new UnsupportedError(path, DESCRIPTION, problem, 'save only one of them with torch.save');
  }
  return keys.length === 1 ? (dictionary.get(keys[0]) as Map<unknown, unknown>) : undefined;
}

function holdsTensors(value: unknown, depth = 1): boolean {
  if (!(value instanceof Map)) return false;
  const dictionary = value as Map<unknown, unknown>;
  for (const item of dictionary.values()) if (item instanceof TensorView) return true;
  return depth < MAX_DEPTH && STATE_DICT_KEYS.some((key) => holdsTensors(dictionary.get(key), depth + 1));
}

function refusal(path: string, field: string, { name }: OpaqueObject): UnsupportedError {
  return new UnsupportedError(path, field, `the name ${name}`, `${NOTHING_RUNS}; ${SAVE_AGAIN}`);
}
