import { expect, test } from '@jest/globals';
import { stateVectors } from './state-vectors.js';

const vectors = { data: [1, 0, 0, 1, 3, 0, 5, 2, NaN, NaN], cols: 2, states: ['a', 'b', 'a', 'a', 'a'] };

test('a state is the mean over donors of the mean over their cells, without the held-out donor', () => {
  const donors = ['x', 'x', 'y', 'y', 'z'];
  const of = (heldOut: string) => [...stateVectors({ ...vectors, donors }, ['a'], heldOut).get('a')!];
  expect(of('none')).toEqual([2.5, 0.5]);
  expect(of('x')).toEqual([4, 1]);
  expect(of('y')).toEqual([1, 0]);
});

test('without donors, only the measured cell is held out', () => {
  expect([...stateVectors(vectors, ['a'], 3).get('a')!]).toEqual([2, 0]);
});

test('a state that only the held-out donor has is refused', () => {
  expect(() => stateVectors(vectors, ['b'], 1)).toThrow(
    "states: 'b' has no cells besides those of row 1; give cells of more donors",
  );
});
