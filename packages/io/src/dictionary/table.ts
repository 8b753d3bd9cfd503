import { FormatError } from '@geneformer-ts/core';
import { readRecords } from '../csv/records.js';
import type { Dictionary } from './type.js';

const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads a table of two columns.
 * @throws FormatError naming the line or the key; what `readRecords` throws
 */
export async function readTableDictionary(path: string): Promise<Dictionary> {
  const rows: [string, string][] = [];
  for await (const batch of readRecords(path)) {
    for (const { fields, line } of batch) {
      const [key, value, ...spare] = fields;
      if (!key || !value || spare.some((field) => field.text !== '')) {
        const problem = `has ${fields.length} fields where a key and a value are needed`;
        throw new FormatError(path, `line ${line}`, problem, 'give a dictionary of two columns');
      }
      rows.push([key.text, value.text]);
    }
  }
  const isNumber = ([, value]: [string, string]): boolean => NUMBER.test(value);
  const numbers = rows.length > 0 && rows.slice(1).every(isNumber) && (rows.length > 1 || isNumber(rows[0]));
  const headed = numbers && !isNumber(rows[0]);
  const dictionary: Dictionary = new Map();
  for (const [key, value] of headed ? rows.slice(1) : rows) {
    if (dictionary.has(key)) throw new FormatError(path, `key '${key}'`, 'occurs twice', 'keep one of the two');
    dictionary.set(key, numbers ? Number(value) : value);
  }
  return dictionary;
}
