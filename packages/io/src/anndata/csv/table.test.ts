import { FileMissingError, FormatError, UnsupportedError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { parseRecords } from '../../base/records.js';
import { scratch } from '../../testing/folder.js';
import { readTable } from './table.js';

const at = scratch();

async function read(text: string | Uint8Array): ReturnType<typeof readTable> {
  await writeFile(at('table'), text);
  return readTable(at('table'));
}

describe('readTable', () => {
  test('infers the types of columns and missing values', async () => {
    const table = await read(
      ',n,flag,text,code,empty\nr1,1,TRUE,a,007,\nr2,-2.5e3,false,NA,010,NA\nr3,NA,,"NA",100,\nr4,Inf,True,"x, ""y""",1,\n',
    );
    expect(table.index).toEqual(['r1', 'r2', 'r3', 'r4']);
    expect(Object.fromEntries(table.columns)).toEqual({
      n: { kind: 'number', values: Float64Array.of(1, -2500, NaN, Infinity) },
      flag: { kind: 'boolean', values: [true, false, null, true] },
      text: { kind: 'string', values: ['a', null, 'NA', 'x, "y"'] },
      code: { kind: 'string', values: ['007', '010', '100', '1'] },
      empty: { kind: 'string', values: [null, null, null, null] },
    });
  });

  test('uses an unnamed first column, or the extra column of a short header, as index', async () => {
    expect((await read(',a\nx,1\n')).index).toEqual(['x']);
    expect((await read('"a"\n"x",1\n')).index).toEqual(['x']);
    const plain = await read('cell,a\nx,1\ny,2\n');
    expect(plain.index).toEqual(['0', '1']);
    expect([...plain.columns.keys()]).toEqual(['cell', 'a']);
  });

  test('does not take trailing separators for row names, which would shift the columns', async () => {
    const shifted = read('id,x,label\nc1,1,T,\nc2,2,B,\n');
    await expect(shifted).rejects.toThrow('rows: end with a separator, but the header of 3 names does not');
    const named = await read('x,label\nc1,1,\nc2,2,B\n');
    expect(named.index).toEqual(['c1', 'c2']);
    expect(named.columns.get('label')).toEqual({ kind: 'string', values: [null, 'B'] });
  });

  test('reads tabs, semicolons, gzip, a byte order mark and Windows line endings', async () => {
    const expected = { index: ['x'], columns: new Map([['a', { kind: 'number', values: Float64Array.of(1) }]]) };
    expect(await read('\ta\nx\t1\n')).toEqual(expected);
    expect(await read(';a\r\nx;1\r\n')).toEqual(expected);
    expect(await read(gzipSync('\uFEFF,a\nx,1'))).toEqual(expected);
  });

  test('rejects a ragged, repeated, empty or missing table', async () => {
    await expect(read('a,b\n1,2\n1\n')).rejects.toThrow(/line 3: has 1 fields but the header has 2/);
    await expect(read('a,a\n1,2\n')).rejects.toThrow(/column 'a': occurs twice/);
    await expect(read('')).rejects.toThrow(/is empty/);
    await expect(read('a,b\n"1,2\n')).rejects.toThrow(FormatError);
    await expect(readTable(at('none.csv'))).rejects.toThrow(FileMissingError);
  });

  test('rejects a small file that decompresses to more than the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 28 + 1, `,a\n${'x'.repeat(400)},1\n`), { level: 1 });
    const refusal = await read(bomb).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnsupportedError);
    expect(String(refusal)).toMatch(/a table of more than 268435456 bytes is not supported/);
  });
});

test('reads back fields written after RFC 4180', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', 'é') });
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { minLength: 1 }), (records) => {
      const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const text = records.map((record) => record.map(quote).join(',')).join('\r\n');
      expect(parseRecords(text, ',', 'x').map((record) => record.map((cell) => cell.text))).toEqual(records);
    }),
  );
});
