import { ArgumentError } from './errors.js';

/** All names of the options `T`. If `T` is a union, those of every member. */
type OptionName<T> = T extends unknown ? keyof T : never;

/**
 * The complete list of the options `T`, for {@link checkOptions}. The compiler refuses a list that lacks an option or has
 * another name.
 *
 * @example
 * const known: OptionNames<{ seed?: number; level?: number }> = { seed: true, level: true };
 */
export type OptionNames<T> = Readonly<Record<OptionName<T>, true>>;

/** Longest name that is compared with the known ones; the time grows with its square. */
const LONGEST_NAME = 40;

/**
 * Checks that `options` is a plain object whose own names are all known. Values, also undefined ones, are not checked.
 *
 * @param owner - the function or class that takes the options, for the message
 * @param known - an object with every known name: an {@link OptionNames}, or the defaults of all options
 * @throws ArgumentError for an unknown name, with the known name that is most similar to it or a list of all; for a value
 *   that is not a plain object
 * @example
 * const known = { nNeighbors: true, minDist: true } as const;
 * checkOptions('UMAP', JSON.parse('{ "n_neighbors": 3 }'), known); // n_neighbors: is not an option of UMAP; use nNeighbors
 */
export function checkOptions<T extends object>(
  owner: string,
  options: T,
  known: Readonly<Record<OptionName<NoInfer<T>>, unknown>>,
): void {
  if (!isPlainObject(options)) throw ArgumentError.of('options', options, `an object with options of ${owner}`);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    const remedy = mostSimilar(name, names) ?? `one of ${names.join(', ')}`;
    throw new ArgumentError(name, `is not an option of ${owner}`, `use ${remedy}`);
  }
}

/**
 * Checks that a value is one of some words.
 *
 * @throws ArgumentError
 * @example
 * checkChoice('kernel', 'rbv', ['linear', 'rbf']); // kernel: "rbv" is not valid; use 'linear' or 'rbf'
 */
export function checkChoice(argument: string, value: unknown, choices: readonly string[]): void {
  if (choices.includes(value as string)) return;
  const words = choices.map((choice) => `'${choice}'`);
  const last = words.pop() ?? '';
  throw ArgumentError.of(argument, value, words.length > 0 ? `${words.join(', ')} or ${last}` : last);
}

/** Tells whether a value is an object literal or has no prototype. Those of another realm have another `Object.prototype`. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf'));
}

/** Returns the known name that differs least from `name`, if one does in at most a third of its letters. */
function mostSimilar(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const given = letters(name);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const other = letters(candidate);
    const distance = editDistance(given, other);
    if (distance < least && distance <= Math.floor(Math.max(given.length, other.length) / 3)) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

const letters = (name: string): string => name.toLowerCase().replace(/[_-]/g, '');

/** Number of letters to insert, delete or replace to turn `a` into `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    above = row;
  }
  return above[b.length];
}
