import { ArgumentError } from '@geneformer-ts/core';

/**
 * Returns the error for a value of another kind than expected. The message names typed arrays and other objects by their
 * type, because their content is too long for a line.
 *
 * @example wrongKind('indices', Float32Array.of(1), 'an Int32Array').message; // 'indices: "Float32Array" is not valid; use an Int32Array'
 */
export function wrongKind(field: string, value: unknown, expected: string): ArgumentError {
  return ArgumentError.of(field, typeOf(value), expected);
}

function typeOf(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return value;
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}
