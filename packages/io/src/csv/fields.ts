import { FormatError } from '@geneformer-ts/core';

/** A field as written: whether it was quoted tells a missing `NA` from the text "NA". */
export interface Field {
  text: string;
  quoted: boolean;
}

/**
 * Cuts a whole text into records of fields by RFC 4180: fields may be quoted, a quoted field may hold separators, line
 * ends and doubled quotes. Empty lines are dropped.
 * @throws FormatError when a quote is never closed
 */
export function parseRecords(text: string, separator: string, path: string): Field[][] {
  const records: Field[][] = [];
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length;) {
    const next = parseRecord(text, at, separator);
    if (!next) throw openQuote(path, at);
    if (next.fields.length > 0) records.push(next.fields);
    at = next.end;
  }
  return records;
}

/** Says that a quote has no end. */
export function openQuote(path: string, at: number): FormatError {
  return new FormatError(path, `record at character ${at}`, 'has a quote that is never closed', 'repair the file');
}

/**
 * One record and the position behind its line ends; no fields for an empty line. Undefined when a quote is not closed.
 */
export function parseRecord(
  text: string,
  start: number,
  separator: string,
): { fields: Field[]; end: number } | undefined {
  const fields: Field[] = [];
  let at = start;
  while (at < text.length) {
    const field = parseField(text, at, separator);
    if (!field) return undefined;
    fields.push(field);
    at = field.end;
    if (text[at] !== separator) break;
    at++;
    if (at === text.length || text[at] === '\n' || text[at] === '\r') {
      fields.push({ text: '', quoted: false });
      break;
    }
  }
  while (text[at] === '\r' || text[at] === '\n') at++;
  const empty = fields.length === 0 || (fields.length === 1 && fields[0].text === '' && !fields[0].quoted);
  return { fields: empty ? [] : fields, end: at };
}

/** One field and the position just behind it. What follows a closing quote belongs to the field, as a damaged file has it. */
function parseField(text: string, start: number, separator: string): (Field & { end: number }) | undefined {
  if (text[start] !== '"') {
    const end = fieldEnd(text, start, separator);
    return { text: text.slice(start, end).trim(), quoted: false, end };
  }
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = fieldEnd(text, quote + 1, separator);
      return { text: value + text.slice(quote + 1, end).trimEnd(), quoted: true, end };
    }
    value += '"';
    at = quote + 2;
  }
}

function fieldEnd(text: string, start: number, separator: string): number {
  const code = separator.charCodeAt(0);
  for (let end = start; end < text.length; end++) {
    const char = text.charCodeAt(end);
    if (char === code || char === 10 || char === 13) return end;
  }
  return text.length;
}

const WHOLE_OR_DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The number that a text is in decimal notation, as pandas and R write it; NaN for anything else (`0x1F`, `1_000`, `Inf`). */
export function decimal(text: string): number {
  return WHOLE_OR_DECIMAL.test(text) ? Number(text) : NaN;
}
