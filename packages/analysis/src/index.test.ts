import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('the public surface', () => {
  expect(Object.keys(api).sort()).toMatchSnapshot();
});
