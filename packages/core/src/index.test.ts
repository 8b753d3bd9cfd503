import { expect, test } from '@jest/globals';
import * as core from './index.js';
import * as node from './node/index.js';

test('exports the public API', () => {
  expect(Object.keys(core).sort()).toMatchSnapshot();
});

test('exports the public API of core/node', () => {
  expect(Object.keys(node).sort()).toMatchSnapshot();
});
