import { parseRecords, separatorOf } from '../csv/fields.js';
import { FormatError } from '../errors.js';
import type { Dictionary } from './type.js';

const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** @throws FormatError naming the line or the key */
export function parseTableDictionary(text: string, path: string): Dictionary {
  const records = parseRecords(text, separatorOf(text.split('\n', 1)[0] ?? ''), path);
  const rows = records.map((fields, i): [string, string] => {
    const [key, value] = fields;
    if (fields.length === 2 && key && value) return [key.text, value.text];
    const problem = `has ${fields.length} fields where a key and a value are needed`;
    throw new FormatError(path, `line ${i + 1}`, problem, 'give a dictionary of two columns');
  });
  const isNumber = ([, value]: [string, string]): boolean => NUMBER.test(value);
  const numbers = rows.length > 0 && rows.slice(1).every(isNumber) && (rows.length > 1 || isNumber(rows[0]!));
  const headed = numbers && !isNumber(rows[0]!);
  const dictionary: Dictionary = new Map();
  for (const [key, value] of headed ? rows.slice(1) : rows) {
    if (dictionary.has(key)) throw new FormatError(path, `key '${key}'`, 'occurs twice', 'keep one of the two');
    dictionary.set(key, numbers ? Number(value) : value);
  }
  return dictionary;
}
