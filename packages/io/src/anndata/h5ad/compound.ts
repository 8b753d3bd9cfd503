import { FieldMissingError, FormatError } from '@geneformer-ts/core';
import type { CompoundMember, OutputData } from 'h5wasm/node';
import type { Column, DataFrame } from '../data-frame.js';
import { checkChoice, unsupportedColumn, readOrNote } from '../hdf5/column.js';
import { H5T, isBoolean } from '../hdf5/dataset-type.js';
import type { HdfFile } from '../hdf5/file.js';

/**
 * Reads a table of AnnData 0.6 or earlier: a dataset of records, with the names of categories in
 * `uns/<column>_categories`.
 */
export function readCompoundFrame(
  file: HdfFile,
  path: string,
  only?: readonly string[],
  notes: string[] = [],
): DataFrame {
  const members = file.metadata(path).compound_type?.members;
  if (!members) {
    throw new FormatError(
      file.path,
      path,
      'should be a group or a table of records',
      'write the file again with a current anndata',
    );
  }
  const records = file.read(path) as OutputData[][];
  const at = indexMember(file, path, members);
  const index = records.map((record) => String(record[at]));
  const columns = new Map<string, Column>();
  const names = members.filter((_, position) => position !== at).map((member) => member.name);
  checkChoice(file, path, names, only);
  members.forEach((member, position) => {
    if (position === at || (only && !only.includes(member.name))) return;
    const values = records.map((record) => record[position]);
    const read = (): Column => toColumn(file, `${path}.${member.name}`, member, values);
    const column = readOrNote(member.name, read, notes, only);
    if (column) columns.set(member.name, column);
  });
  return { index, columns };
}

function indexMember(file: HdfFile, path: string, members: CompoundMember[]): number {
  for (const name of ['index', '_index']) {
    const at = members.findIndex((member) => member.name === name);
    if (at >= 0) return at;
  }
  const text = members.findIndex((member) => member.type === H5T.string);
  if (text >= 0) return text;
  throw new FieldMissingError(
    file.path,
    `${path} column 'index'`,
    members.map((member) => member.name),
  );
}

function toColumn(file: HdfFile, path: string, member: CompoundMember, values: OutputData[]): Column {
  if (member.type === H5T.string) return { kind: 'string', values: values.map(String) };
  if (member.type === H5T.enumeration && member.enum_type && isBoolean(member.enum_type.members)) {
    return { kind: 'boolean', values: values.map(Boolean) };
  }
  if (member.type !== H5T.integer && member.type !== H5T.float && member.type !== H5T.enumeration) {
    throw unsupportedColumn(file, path, 'its type');
  }
  const names = `uns/${member.name}_categories`;
  if (file.kind(names) === 'dataset' && file.datasetKind(names) === 'string') {
    return { kind: 'categorical', categories: file.readStrings(names), codes: Int32Array.from(values, Number) };
  }
  return { kind: 'number', values: Float64Array.from(values, Number) };
}
