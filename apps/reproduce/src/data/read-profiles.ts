/** Reads a table of mean profiles: a gene a line, a profile a column, line by line, because such tables are wide. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { DataError } from '../errors.js';

export interface Profiles {
  /** Gene symbols or ids, one a line of the table. */
  genes: string[];
  names: string[];
  /** A profile each, as long as `genes`; 0 where the table has no value. */
  values: Float64Array[];
}

/** @throws DataError naming the line and the column when a value is no number */
export async function readProfiles(file: string): Promise<Profiles> {
  const stream = createReadStream(file);
  const lines = createInterface({ input: file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream });
  const genes: string[] = [];
  const rows: Float64Array[] = [];
  let names: string[] | undefined;
  try {
    for await (const line of lines) {
      const [first = '', ...fields] = fieldsOf(line);
      if (!names) {
        names = fields;
        continue;
      }
      const known = names;
      if (fields.length !== known.length) {
        const problem = `has ${fields.length + 1} fields but the header has ${known.length + 1}`;
        throw new DataError(file, `line ${genes.length + 2}`, `${problem}; give every line a field for every profile`);
      }
      genes.push(first);
      rows.push(Float64Array.from(fields, (text, at) => parseMean(text, file, genes.length + 1, known[at]!)));
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(file, 'file', `cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (!names || rows.length === 0)
    throw new DataError(file, 'file', 'is empty; give a header and a line for each gene');
  return { genes, names, values: names.map((_, profile) => Float64Array.from(rows, (row) => row[profile]!)) };
}

function parseMean(text: string, file: string, line: number, profile: string): number {
  const value = text === '' || text === 'NA' ? 0 : Number(text);
  if (value >= 0 && value < Infinity) return value;
  throw new DataError(file, `line ${line}, ${profile}`, `"${text}" is not a mean expression; give a number from 0`);
}

/** Quotes are around names only, which hold none. */
function fieldsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  return (line + ',').match(/(?:"[^"]*"|[^,]*),/g)!.map((field) => field.slice(0, -1).replace(/^"(.*)"$/, '$1'));
}
