import { FieldMissingError } from '@geneformer-ts/core';
import type { Container, Records } from '../container.js';
import type { Column, DataFrame } from '../data-frame.js';
import { checkChoice, readOrNote, unsupportedColumn } from './column.js';

type Member = Records['members'][number];

/**
 * Reads a table of AnnData 0.6 or earlier: a list of records, with the names of categories in `uns/<column>_categories`.
 */
export async function readCompoundFrame(
  file: Container,
  path: string,
  only?: readonly string[],
  notes: string[] = [],
): Promise<DataFrame> {
  const { members, rows } = await file.records(path);
  const at = indexMember(file, path, members);
  const index = rows.map((record) => String(record[at]));
  const columns = new Map<string, Column>();
  const names = members.filter((_, position) => position !== at).map((member) => member.name);
  checkChoice(file, path, names, only);
  for (const [position, member] of members.entries()) {
    if (position === at || (only && !only.includes(member.name))) continue;
    const values = rows.map((record) => record[position]);
    const read = (): Promise<Column> => toColumn(file, `${path}.${member.name}`, member, values);
    const column = await readOrNote(member.name, read, notes, only);
    if (column) columns.set(member.name, column);
  }
  return { index, columns };
}

function indexMember(file: Container, path: string, members: readonly Member[]): number {
  for (const name of ['index', '_index']) {
    const at = members.findIndex((member) => member.name === name);
    if (at >= 0) return at;
  }
  const text = members.findIndex(({ kind }) => kind === 'string');
  if (text >= 0) return text;
  throw new FieldMissingError(
    file.path,
    `${path} column 'index'`,
    members.map((member) => member.name),
  );
}

async function toColumn(file: Container, path: string, member: Member, values: unknown[]): Promise<Column> {
  if (member.kind === 'number') {
    const names = `uns/${member.name}_categories`;
    if (file.kind(names) === 'dataset' && file.datasetKind(names) === 'string') {
      return { kind: 'categorical', categories: await file.readStrings(names), codes: Int32Array.from(values, Number) };
    }
  }
  const column = valuesOf(member, values);
  if (column === undefined) throw unsupportedColumn(file, path, 'its type');
  return column;
}

/** Returns the values of one member as a column; undefined for values of other kinds. */
export function valuesOf({ kind }: Member, values: readonly unknown[]): Column | undefined {
  if (kind === 'string') return { kind, values: values.map(String) };
  if (kind === 'boolean') return { kind, values: values.map(Boolean) };
  return kind === 'number' ? { kind, values: Float64Array.from(values, Number) } : undefined;
}
