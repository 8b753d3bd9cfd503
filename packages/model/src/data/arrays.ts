import { ArgumentError } from '@geneformer-ts/core';

/**
 * Checks the class of an array that a caller gave. A plain array would pass many computations, but its digest would be that of no
 * values, so that a run could be resumed with others.
 *
 * @param remedy how to make such an array
 * @throws ArgumentError for any other value
 */
export function checkArray(
  field: string,
  value: unknown,
  type: 'Int32Array' | 'Float32Array',
  remedy = `use ${type}.from`,
): void {
  // The tag and not the class, which differs between realms.
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (tag !== type) throw new ArgumentError(field, `${described(value, tag)} is not an array of type ${type}`, remedy);
}

/** Long arrays are named by their class; all else by its value. */
function described(value: unknown, tag: string): string {
  return typeof value === 'object' && value !== null ? tag : (JSON.stringify(value) ?? String(value));
}
