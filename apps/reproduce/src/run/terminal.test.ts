import { GeneformerError } from '@geneformer-ts/core';
import { expect, test } from '@jest/globals';
import { messageOf, printText } from './terminal.js';

class NamedError extends GeneformerError {
  readonly tag = 'NamedError';
}

test('printed text keeps its lines, and control characters are escaped', () => {
  const written: string[] = [];
  printText(`one\n\u001b]0;title\u0007two ${'x'.repeat(100_000)}`, { write: (text) => written.push(text) });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^one\n\\u001b\]0;title\\u0007two x+ … \(\d+ characters left out\) … x+\n$/);
  expect(written[0].length).toBeLessThan(600);
});

test('an expected error is one printable line; a bug keeps its stack, each line printable', () => {
  expect(messageOf(new NamedError('a\u001b[2J\nb'))).toBe('error: a\\u001b[2J\\nb');
  expect(messageOf('thrown\u001b')).toBe('error: thrown\\u001b');
  const defect = messageOf(Object.assign(new TypeError('x'), { stack: 'TypeError: \u001b[2J\n    at here' }));
  expect(defect).toBe('internal error, please report it:\nTypeError: \\u001b[2J\n    at here');
});
