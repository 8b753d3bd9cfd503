/** Kinds of the values of a dataset, by the numbers of HDF5's type classes. */
import type { CompoundMember, Metadata } from 'h5wasm/node';
import type { DatasetKind, Records } from '../container.js';

/** Type classes that this package reads. */
export const H5T = { integer: 0, float: 1, string: 3, compound: 6, reference: 7, enumeration: 8 } as const;

/** Names of the type classes by number, for messages. */
const TYPE_NAMES: Record<number, string> = {
  0: 'integers',
  1: 'floating-point numbers',
  2: 'times',
  3: 'text',
  4: 'bit fields',
  5: 'opaque bytes',
  6: 'records or complex numbers',
  7: 'references',
  8: 'named values',
  9: 'lists',
  10: 'arrays',
  11: 'complex numbers',
};

/** Returns the kind of the values of a dataset. */
export function kindOf({ type, enum_type: enumeration }: Metadata): DatasetKind {
  if (type === H5T.integer || type === H5T.float) return 'number';
  if (type === H5T.string) return 'string';
  if (type === H5T.enumeration) return enumeration && isBoolean(enumeration.members) ? 'boolean' : 'number';
  if (type === H5T.compound) return 'compound';
  return type === H5T.reference ? 'reference' : 'other';
}

/** Returns the kind of one value of a record. */
export function memberKind({ type, enum_type: enumeration }: CompoundMember): Records['members'][number]['kind'] {
  if (type === H5T.string) return 'string';
  if (type === H5T.enumeration && enumeration && isBoolean(enumeration.members)) return 'boolean';
  return type === H5T.integer || type === H5T.float || type === H5T.enumeration ? 'number' : 'other';
}

/** Returns the type of the values of a dataset in words, for messages. */
export function typeNameOf({ type }: Metadata): string {
  return TYPE_NAMES[type] ?? 'an unknown type';
}

/** Returns whether an enumeration is the one with which h5py and anndata store booleans. */
function isBoolean(members: Record<string, number>): boolean {
  return Object.keys(members).length === 2 && members['FALSE'] === 0 && members['TRUE'] === 1;
}
