import type { Container } from '../container.js';

/**
 * Returns the names of the columns of a table in their order, without removed ones and with new ones at the end; undefined if the
 * stored list is the same.
 *
 * @param present names in the group of the table
 */
export function newColumnOrder(
  file: Container,
  path: string,
  present: readonly string[],
  added: readonly string[],
  removed: readonly string[] = [],
): string[] | undefined {
  const stored = file.attribute(path, 'column-order');
  const listed = Array.isArray(stored) ? stored.map(String) : typeof stored === 'string' ? [stored] : [];
  const before = stored === undefined ? columnsOf(file, path, present) : listed;
  const kept = before.filter((name) => added.includes(name) || !removed.includes(name));
  const fresh = added.filter((name) => !before.includes(name));
  return fresh.length > 0 || kept.length < before.length ? [...kept, ...fresh] : undefined;
}

function columnsOf(file: Container, path: string, names: readonly string[]): string[] {
  const index = file.textAttribute(path, '_index') ?? '_index';
  return names.filter((name) => name !== index && !name.startsWith('__'));
}
