import { describe, expect, test } from '@jest/globals';
import { LeakError } from '../errors.js';
import { assertUnseenContext, testedPositions } from './contexts.js';
import { pick, positionsOf, type ContextSplit } from './context-split.js';

/** Six cells of three donors; the only fold trains on two donors, holds out one cell of each, and has D3 as its shifted context. */
const split: ContextSplit = {
  classes: ['a', 'b'],
  rows: [0, 1, 2, 3, 4, 5],
  cellIds: ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'],
  labels: [0, 1, 0, 1, 0, 1],
  groups: ['D1', 'D1', 'D2', 'D2', 'D3', 'D3'],
  nFolds: 1,
  roles: [['train', 'seen', 'train', 'seen', 'shifted', 'shifted']],
};
const seen = { context: 'seen', disturbed: false };
const donor = { context: 'donor', disturbed: false };
const thinned = { context: 'depth-4', disturbed: true };
const trained = pick(split, positionsOf(split, 0, 'train'));

describe('a context', () => {
  test.each([
    [seen, [1, 3]],
    [donor, [4, 5]],
    [thinned, [1, 3]],
  ])('%j tests its own cells', (context, positions) => {
    expect([...testedPositions(split, 0, context)]).toEqual(positions);
  });

  test.each([[seen], [donor], [thinned]])('%j accepts a model that was not trained on its cells', (context) => {
    const positions = testedPositions(split, 0, context);
    expect(() => assertUnseenContext(trained, split, positions, context, 'fold 0')).not.toThrow();
  });

  test.each([[seen], [donor], [thinned]])('%j stops a model that was trained on one of its cells', (context) => {
    const positions = testedPositions(split, 0, context);
    const leaky = pick(split, Int32Array.of(0, 2, positions[0]));
    expect(() => assertUnseenContext(leaky, split, positions, context, 'fold 0')).toThrow(LeakError);
  });

  test('of other donors stops a model that was trained on another cell of such a donor', () => {
    const leaky = { cellIds: [...trained.cellIds, 'c9'], groups: [...trained.groups, 'D3'] };
    expect(() => assertUnseenContext(leaky, split, testedPositions(split, 0, donor), donor, 'fold 0')).toThrow(
      'fold 0: 1 tested groups are also in the training data (D3); remove them from it',
    );
    expect(() => assertUnseenContext(leaky, split, testedPositions(split, 0, seen), seen, 'fold 0')).not.toThrow();
  });
});
