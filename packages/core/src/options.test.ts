import { expect, test } from '@jest/globals';
import vm from 'node:vm';
import { ArgumentError } from './errors.js';
import { checkOptions, type OptionNames } from './options.js';

interface UMAPLike {
  nNeighbors?: number;
  minDist?: number;
  randomState?: number;
  maxLength?: number;
  C?: number;
}
const known: OptionNames<UMAPLike> = { nNeighbors: true, minDist: true, randomState: true, maxLength: true, C: true };
const check = (options: unknown) => () => checkOptions('UMAP', options as UMAPLike, known);

test.each([
  ['n_neighbors', 'nNeighbors'],
  ['N-NEIGHBORS', 'nNeighbors'],
  ['nneighbours', 'nNeighbors'],
  ['nNeighbor', 'nNeighbors'],
  ['min_dist', 'minDist'],
  ['random_sate', 'randomState'],
  ['maxLen', 'maxLength'],
  ['c', 'C'],
])('%s is refused in favor of %s', (given, name) => {
  expect(check({ [given]: 1 })).toThrow(new ArgumentError(given, 'is not an option of UMAP', `use ${name}`));
  expect(check({ [given]: undefined })).toThrow(ArgumentError);
});

test.each(['k', 'epochs', '', 'toString', 'hasOwnProperty', 'constructor', 'n'.repeat(1e6)])(
  'a name without a similar one is refused with the list: %p',
  (name) => {
    expect(check({ [name]: 1 })).toThrow(
      new ArgumentError(name, 'is not an option of UMAP', 'use one of nNeighbors, minDist, randomState, maxLength, C'),
    );
  },
);

test('the message is one line', () => {
  expect(check({ n_neighbors: 3 })).toThrow('n_neighbors: is not an option of UMAP; use nNeighbors');
  expect(check({ 'a\nb': 3 })).toThrow(/^a\\nb: is not an option of UMAP; use one of /);
});

test('known names are accepted, also with an undefined value', () => {
  expect(check({})).not.toThrow();
  expect(check({ nNeighbors: 3, C: undefined })).not.toThrow();
  expect(check(Object.freeze({ nNeighbors: 3 }))).not.toThrow();
  expect(check(Object.assign(Object.create(null), { nNeighbors: 3 }))).not.toThrow();
  expect(check(vm.runInNewContext('({ nNeighbors: 3 })'))).not.toThrow();
});

test('an own property __proto__ is refused, as in JSON', () => {
  expect(check(JSON.parse('{ "__proto__": { "nNeighbors": 3 } }'))).toThrow(/^__proto__: is not an option of UMAP; /);
});

test.each([
  ['null', null],
  ['undefined', undefined],
  ['a string', 'nNeighbors'],
  ['a number', 3],
  ['an array', [3]],
  ['a function', () => 3],
  ['a map', new Map([['nNeighbors', 3]])],
  ['an instance of a class', new (class Options {})()],
  ['an object that inherits options', Object.create({ nNeighbors: 3 })],
  ['an object whose prototype was replaced', { ['__proto__' as string]: 1, __proto__: { nNeighbors: 3 } }],
])('%s is not an object with options', (_, options) => {
  expect(check(options)).toThrow(/^options: .+ is not valid; use an object with options of UMAP$/);
});

test('the compiler refuses a list that lacks an option or has another', () => {
  // @ts-expect-error: minDist and others are missing
  const short: OptionNames<UMAPLike> = { nNeighbors: true };
  // @ts-expect-error: level is not an option
  const long: OptionNames<{ seed?: number }> = { seed: true, level: true };
  // @ts-expect-error: the second member has gamma
  const union: OptionNames<{ kernel: 'knn' } | { kernel: 'rbf'; gamma?: number }> = { kernel: true };
  const options: { seed?: number; level?: number } = { seed: 1 };
  // @ts-expect-error: level is missing
  expect(() => checkOptions('f', options, { seed: true })).not.toThrow();
  expect([short, long, union]).toHaveLength(3);
});
