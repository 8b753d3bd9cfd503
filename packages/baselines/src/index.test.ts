import { expect, test } from '@jest/globals';
import * as api from './index.js';

test('the exported names', () => {
  expect(Object.keys(api).sort()).toMatchSnapshot();
});
