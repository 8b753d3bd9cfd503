import { expect, test } from '@jest/globals';
import { SessionCache } from './session-cache.js';
import type { Session } from './session.js';

function fakeSession(released: string[], name: string): Session {
  return { release: () => void released.push(name) } as unknown as Session;
}

test('keeps the last used graphs and frees the others', () => {
  const released: string[] = [];
  const cache = new SessionCache(2, Infinity);
  cache.add('a', fakeSession(released, 'a'));
  cache.add('b', fakeSession(released, 'b'));
  cache.get('a');
  cache.add('c', fakeSession(released, 'c'));
  expect(released).toEqual(['b']);
  expect(cache.get('b')).toBeUndefined();
  cache.clear();
  expect(released).toEqual(['b', 'a', 'c']);
  expect(cache.size).toBe(0);
});

test('frees the least recently used graphs when all together exceed the budget, but never the last one', () => {
  const released: string[] = [];
  const cache = new SessionCache(10, 100);
  for (const name of ['a', 'b', 'c']) {
    cache.add(name, fakeSession(released, name));
    cache.charge(name, 45);
  }
  expect(released).toEqual(['a']);
  expect(cache.bytes).toBe(90);
  cache.charge('c', 1000);
  expect(released).toEqual(['a', 'b']);
  expect(cache.size).toBe(1);
  expect(cache.bytes).toBe(1045);
});
