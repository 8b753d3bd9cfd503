import { expect, test } from '@jest/globals';
import * as core from './index.js';
import * as node from './node/index.js';

test('the public surface', () => {
  expect(Object.keys(core).sort()).toMatchSnapshot();
});

test('the public surface of core/node', () => {
  expect(Object.keys(node).sort()).toMatchSnapshot();
});
