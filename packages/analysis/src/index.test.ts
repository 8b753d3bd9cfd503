import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('exports the public API', () => {
  expect(Object.keys(api).sort()).toMatchSnapshot();
});
