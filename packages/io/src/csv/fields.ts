import { FormatError } from '../errors.js';

/** A field as written: whether it was quoted tells a missing `NA` from the text "NA". */
export interface Field {
  text: string;
  quoted: boolean;
}

/** The separator of a table, told from its first line: tab, else comma, else semicolon, else comma. */
export function separatorOf(line: string): string {
  return ['\t', ',', ';'].find((candidate) => line.includes(candidate)) ?? ',';
}

/**
 * Cuts a whole text into records of fields by RFC 4180: fields may be quoted, a quoted field may hold separators, line
 * ends and doubled quotes. Empty lines are dropped.
 * @throws FormatError when a quote is never closed
 */
export function parseRecords(text: string, separator: string, path: string): Field[][] {
  const records: Field[][] = [];
  let record: Field[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const [field, next] = parseField(text, at, separator, path);
    record.push(field);
    at = next;
    if (text[at] === separator) {
      at++;
      if (at < text.length) continue;
      record.push({ text: '', quoted: false });
    }
    while (text[at] === '\r' || text[at] === '\n') at++;
    if (record.length > 1 || record[0]!.text !== '' || record[0]!.quoted) records.push(record);
    record = [];
  }
  return records;
}

/** One field and the position just behind it. */
function parseField(text: string, start: number, separator: string, path: string): [Field, number] {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
    return [{ text: text.slice(start, end).trim(), quoted: false }, end];
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      throw new FormatError(path, `quote at character ${start}`, 'is never closed', 'repair the file');
    }
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [{ text: value, quoted: true }, quote + 1];
    value += '"';
    at = quote + 2;
  }
}
