import { FormatError } from '@geneformer-ts/core';
import { columnAsStrings, columnLength, type Column, type Frame } from '../frame.js';
import { checkChoice, readOrNote } from '../hdf5/choice.js';
import { readArrayColumn } from '../hdf5/column.js';
import type { HdfFile } from '../hdf5/file.js';

/**
 * The attributes of one value a row in `group` (`row_attrs` or `col_attrs`) as a table, indexed by the first of `indices`
 * that is there, or by number.
 *
 * @param only attributes to read; all when absent
 * @param notes is given a sentence for each attribute of a kind that no `Frame` holds, unless `only` has it
 */
export function readAttributes(
  file: HdfFile,
  group: string,
  length: number,
  indices: readonly string[],
  only?: readonly string[],
  notes: string[] = [],
): Frame {
  const all = file.keys(group).filter((name) => file.kind(`${group}/${name}`) === 'dataset');
  const single = all.filter((name) => file.shape(`${group}/${name}`).length <= 1);
  const key = indices.find((name) => single.includes(name));
  const names = single.filter((name) => name !== key);
  checkChoice(file, group, names, only);
  const columns = new Map<string, Column>();
  for (const name of names) {
    if (only && !only.includes(name)) continue;
    const column = readOrNote(name, () => readAttribute(file, `${group}/${name}`, length), notes, only);
    if (column) columns.set(name, column);
  }
  const index =
    key === undefined
      ? Array.from({ length }, (_, i) => String(i))
      : columnAsStrings(readAttribute(file, `${group}/${key}`, length)).map((name) => name ?? '');
  return { index, columns };
}

function readAttribute(file: HdfFile, path: string, length: number): Column {
  const column = readArrayColumn(file, path);
  if (columnLength(column) !== length) {
    throw new FormatError(
      file.path,
      path,
      `has ${columnLength(column)} values where the matrix has ${length}`,
      'write the file again with loompy',
    );
  }
  return column.kind === 'string' ? { kind: 'string', values: column.values.map(decode) } : column;
}

/** Until version 3 loom was ASCII, and other characters were written as in XML. */
function decode(text: string | null): string | null {
  return text?.replace(/&#(\d{1,7});/g, (all, code: string) => character(Number(code)) ?? all) ?? null;
}

function character(code: number): string | undefined {
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
