import { expect, test } from '@jest/globals';
import { SessionCache } from './session-cache.js';
import type { Session } from './session.js';

function fakeSession(released: string[], name: string): Session {
  return { release: () => Promise.resolve(void released.push(name)) } as unknown as Session;
}

test('keeps the graphs used last and frees the others natively', async () => {
  const released: string[] = [];
  const cache = new SessionCache(2);
  await cache.add('a', fakeSession(released, 'a'));
  await cache.add('b', fakeSession(released, 'b'));
  cache.get('a');
  await cache.add('c', fakeSession(released, 'c'));
  expect(released).toEqual(['b']);
  expect(cache.get('b')).toBeUndefined();
  await cache.clear();
  expect(released).toEqual(['b', 'a', 'c']);
  expect(cache.size).toBe(0);
});
