import { FormatError, messageOf } from '@geneformer-ts/core';
import type { Dictionary } from './type.js';

/** @throws FormatError naming the key */
export function parseJsonDictionary(text: string, path: string): Dictionary {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(path, 'JSON', messageOf(cause), 'repair the file or fetch it again', { cause });
  }
  const entries = Object.entries(value as Record<string, unknown>);
  for (const [key, item] of entries) {
    if (typeof item === 'string' || typeof item === 'number') continue;
    const problem = `is ${Array.isArray(item) ? 'a list' : item === null ? 'null' : `of type ${typeof item}`}`;
    throw new FormatError(path, `key '${key}'`, problem, 'give every key a text or a number');
  }
  checkKeysOnce(text, entries.length, path);
  return new Map(entries as [string, string | number][]);
}

/** JSON.parse keeps the last value of a repeated key, which may be the wrong median. */
function checkKeysOnce(text: string, keys: number, path: string): void {
  const seen = new Set<string>();
  const found = text.matchAll(/"(?:[^"\\]|\\.)*"(?=\s*:)/g);
  let count = 0;
  let twice: string | undefined;
  for (const [quoted] of found) {
    const key = JSON.parse(quoted) as string;
    if (seen.has(key)) twice ??= key;
    seen.add(key);
    count++;
  }
  if (count > keys) throw new FormatError(path, `key '${twice ?? ''}'`, 'occurs twice', 'keep one of its values');
}
