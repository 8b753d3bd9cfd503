/** Reads a table of mean profiles (genes × profiles) line by line, because such tables are large. */
import { readRecords } from '@geneformer-ts/io';
import { DataError } from '../errors.js';

export interface Profiles {
  /** Gene symbols or ids, one per line of the table. */
  genes: string[];
  names: string[];
  /** One array per profile, each as long as `genes`; 0 where the table has no value. */
  values: Float64Array[];
}

/**
 * Reads a table of mean profiles, in any dialect and encoding that `readRecords` of `@geneformer-ts/io` knows.
 * @throws DataError naming the line and the column when a value is not a number, or the header is missing; and the errors of `readRecords`
 */
export async function readProfiles(file: string): Promise<Profiles> {
  const genes: string[] = [];
  const rows: Float64Array[] = [];
  let header: string[] | undefined;
  let names: string[] | undefined;
  for await (const batch of readRecords(file)) {
    for (const { fields, line } of batch) {
      const texts = fields.map((field) => field.text);
      if (!header) {
        header = texts;
        continue;
      }
      // R leaves out the name of the first column.
      names ??= checkNames(texts.length === header.length + 1 ? header : header.slice(1), file);
      if (texts.length !== names.length + 1) {
        const problem = `has ${texts.length} fields but the header has ${names.length + 1}`;
        throw new DataError(file, `line ${line}`, `${problem}; give every line one field per profile`);
      }
      const known = names;
      genes.push(texts[0]);
      rows.push(Float64Array.from(known, (name, at) => parseMean(texts[at + 1], file, line, name)));
    }
  }
  if (!names) throw new DataError(file, 'file', 'is empty; give a header and one line per gene');
  return { genes, names, values: names.map((_, profile) => Float64Array.from(rows, (row) => row[profile])) };
}

function checkNames(names: string[], file: string): string[] {
  if (names.length > 0 && names.every((name) => /^[\d.]+$/.test(name))) {
    throw new DataError(file, 'header', `has only numbers (${names[0]}); add a line with a name per profile`);
  }
  return names;
}

function parseMean(text: string, file: string, line: number, profile: string): number {
  const value = text === '' || text === 'NA' ? 0 : Number(text);
  if (value >= 0 && value < Infinity && /^[\d.+eE-]*$|^NA$/.test(text)) return value;
  throw new DataError(file, `line ${line}, ${profile}`, `"${text}" is not a mean expression; give a number >= 0`);
}
