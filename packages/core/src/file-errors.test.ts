import { describe, expect, test } from '@jest/globals';
import { ArgumentError, GeneformerError } from './errors.js';
import { FieldMissingError, FileAccessError, FileMissingError, FormatError, UnsupportedError } from './file-errors.js';
import { fileError } from './node/file-error.js';
import { listSome } from './printable.js';

describe('errors', () => {
  test('each has its own tag, its class name, and one base class', () => {
    const errors = [
      new FileMissingError('a'),
      new FileAccessError('a', 'b'),
      new FormatError('a', 'b', 'c', 'd'),
      new FieldMissingError('a', 'b', []),
      new UnsupportedError('a', 'b', 'c', 'd'),
      new ArgumentError('a', 'b', 'c'),
    ];
    expect(new Set(errors.map((error) => error.tag)).size).toBe(errors.length);
    expect(errors.every((error) => error instanceof GeneformerError)).toBe(true);
    expect(errors.map((error) => error.name)).toContain('FieldMissingError');
  });

  test('a message stays one printable line whatever the file holds', () => {
    const error = new FormatError('a\nb', 'field\u0000', 'x'.repeat(5000), 'do this');
    expect(error.message).toMatch(/^[^\p{Cc}]*$/u);
    expect(error.message).toMatch(/^a\\nb: field\\u0000: x.*; do this$/);
    expect(error.message.length).toBeLessThanOrEqual(2100);
  });

  test('what the file system says is kept as the cause', () => {
    const cause = Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall: 'open' });
    const error = fileError('x.h5ad', cause) as FileMissingError;
    expect(error).toBeInstanceOf(FileMissingError);
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('x.h5ad: no such file or folder; check the path');
  });

  test('an error that is not of the file system passes through', () => {
    const bug = new TypeError('undefined is not a function');
    expect(fileError('x', bug)).toBe(bug);
  });

  test('long lists are cut', () => {
    expect(listSome(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
  });
});
