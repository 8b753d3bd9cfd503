import type { NumericArray } from '../numbers.js';
import type { CsrMatrix } from '@geneformer-ts/core';
import type { Column, DataFrame } from '../data-frame.js';
import { type Element, type ElementDictionary, kindOfElement, type NumberMatrix } from '../element.js';
import type { ElementWriter } from '../element-writer.js';
import type { RawContents } from '../raw-part.js';
import { tag, writeBooleans, writeColumn, writeFrame, writeNumbers, writeTexts } from './write-frame.js';

/**
 * Writes a checked value of `obsm`, `uns` or another dictionary in the encoding of anndata 0.8. Numbers are written as
 * float64, typed arrays in their type.
 */
export function writeElement(file: ElementWriter, path: string, value: Element): void {
  switch (kindOfElement(value)) {
    case 'scalar':
      return writeScalar(file, path, value as string | number | bigint | boolean);
    case 'list':
      return writeList(file, path, value as readonly string[]);
    case 'dense': {
      const { rows, cols, data } = value as NumberMatrix;
      file.matrix(path, rows, cols, data);
      return tag(file, path, 'array', '0.2.0');
    }
    case 'sparse':
      return writeSparse(file, path, value as CsrMatrix);
    case 'frame':
      return writeFrame(file, path, value as DataFrame);
    case 'column':
      return writeColumn(file, path, value as Column);
    case 'dictionary':
      return writeDictionary(file, path, value as ElementDictionary);
  }
}

/** Writes `raw`, whose contents are checked. */
export function writeRawPart(file: ElementWriter, path: string, { X, var: genes, varm = {} }: RawContents): void {
  file.group(path);
  tag(file, path, 'raw', '0.1.0');
  writeElement(file, `${path}/X`, X);
  writeFrame(file, `${path}/var`, genes);
  writeDictionary(file, `${path}/varm`, varm);
}

/** Writes a group that AnnData reads as a dictionary. */
export function writeDictionary(file: ElementWriter, path: string, entries: ElementDictionary = {}): void {
  file.group(path);
  tag(file, path, 'dict', '0.1.0');
  for (const [name, value] of Object.entries(entries)) writeElement(file, `${path}/${name}`, value!);
}

function writeScalar(file: ElementWriter, path: string, value: string | number | bigint | boolean): void {
  if (typeof value === 'string') {
    file.text(path, value);
    return tag(file, path, 'string', '0.2.0');
  }
  if (typeof value === 'boolean') file.booleans(path, [value], []);
  else file.number(path, value);
  tag(file, path, 'numeric-scalar', '0.2.0');
}

function writeList(
  file: ElementWriter,
  path: string,
  list: readonly string[] | readonly boolean[] | NumericArray,
): void {
  if (ArrayBuffer.isView(list)) return writeNumbers(file, path, list);
  const [first] = list;
  if (typeof first === 'string') writeTexts(file, path, list as string[]);
  else if (typeof first === 'boolean') writeBooleans(file, path, list as boolean[]);
  else writeNumbers(file, path, Float64Array.from(list as unknown as number[]));
}

function writeSparse(file: ElementWriter, path: string, { rows, cols, indptr, indices, data }: CsrMatrix): void {
  file.group(path);
  tag(file, path, 'csr_matrix', '0.1.0');
  file.numbersAttribute(path, 'shape', BigInt64Array.of(BigInt(rows), BigInt(cols)));
  for (const [name, values] of Object.entries({ data, indices, indptr })) file.numbers(`${path}/${name}`, values);
}
