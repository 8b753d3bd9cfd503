import { FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { denseRows } from '../../testing/dense.js';
import { fixture, scratch } from '../../testing/folder.js';
import { columnAsStrings } from '../data-frame.js';
import { openAnnData } from '../open.js';
import { readTable } from './table.js';

/** Tables in the encodings, line endings and dialects of other programs, compared with the values that pandas reads. */

type Value = string | number | null;
const golden = JSON.parse(readFileSync(fixture('text/text.json'), 'utf8')) as {
  tables: Record<string, { index: string[]; columns: Record<string, Value[]> }>;
};

const at = scratch();
async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

describe('readTable agrees with pandas', () => {
  test.each(Object.entries(golden.tables))('%s', async (name, expected) => {
    const table = await readTable(fixture(`text/${name}`));
    const columns = Object.fromEntries(
      [...table.columns].map(([key, column]) => [
        key,
        columnAsStrings(column).map((text) => (text !== null && column.kind === 'number' ? Number(text) : text)),
      ]),
    );
    expect(table.index).toEqual(expected.index);
    expect(columns).toEqual(expected.columns);
  });
});

describe('headers and comments', () => {
  test('accepts a header with a leading hash, but not a comment with commas', async () => {
    const read = async (text: string) => [...(await readTable(await file('hash.csv', text))).columns.keys()];
    expect(await read('#barcode\tcluster\na\t1\n')).toEqual(['barcode', 'cluster']);
    expect(await read('# barcode\tcluster\na\t1\n')).toEqual(['barcode', 'cluster']);
    expect(await read('# made on Monday, by me\nbarcode,cluster\na,1\n')).toEqual(['barcode', 'cluster']);
    expect(await read('\n%x\n\nbarcode,cluster\na,1\n')).toEqual(['barcode', 'cluster']);
  });

  test('does not change the separator for text with commas, semicolons and spaces', async () => {
    const read = async (text: string) => (await readTable(await file('dialect.csv', text))).columns.get('note');
    expect(await read('cell,note\na,x;y z\nb,p;q r\n')).toMatchObject({ values: ['x;y z', 'p;q r'] });
    expect(await read('cell\tnote\na\tx,y\nb\tp,q\n')).toMatchObject({ values: ['x,y', 'p,q'] });
    expect(await read('cell;note\na;x,y\nb;p,q\n')).toMatchObject({ values: ['x,y', 'p,q'] });
    expect(await read('cell,note\na,"x\ny"\nb,z\n')).toMatchObject({ values: ['x\ny', 'z'] });
  });

  test('keeps integers that a double cannot represent as strings', async () => {
    const table = await readTable(await file('ids.csv', 'id\n648035250123456789\n648035250123456790\n'));
    expect(table.columns.get('id')).toEqual({ kind: 'string', values: ['648035250123456789', '648035250123456790'] });
  });

  test('rejects text in another encoding instead of altering it', async () => {
    const path = await file('latin.csv', Buffer.from(',label\na,M\xfcller\n', 'latin1'));
    await expect(readTable(path)).rejects.toThrow(/line 2: is not text in UTF-8; .*iconv/);
    const utf32 = await file('wide.csv', Uint8Array.of(0xff, 0xfe, 0, 0, 97, 0, 0, 0));
    await expect(readTable(utf32)).rejects.toThrow(/encoding: is UTF-32; save the file as UTF-8/);
  });
});

describe('tables of counts in other dialects', () => {
  const [G1, G2] = ['ENSG00000155657', 'ENSG00000198523'];
  const plain = `,a,b\n${G1},3,0\n${G2},0,20\n`;
  const utf16 = Buffer.from(plain, 'utf16le');
  const written: [string, string | Uint8Array][] = [
    ["R's write.table", `"a" "b"\n"${G1}" 3 0\n"${G2}" 0 20\n`],
    ['UTF-16 with a byte order mark', Buffer.concat([Uint8Array.of(0xff, 0xfe), utf16])],
    ['UTF-16, big-endian', Buffer.concat([Uint8Array.of(0xff, 0xfe), utf16]).swap16()],
    ['UTF-16 without a mark, compressed', gzipSync(utf16)],
    ['a byte order mark', `\uFEFF${plain}`],
    ['carriage returns alone', plain.replaceAll('\n', '\r')],
    ['Windows line endings and a blank line', plain.replaceAll('\n', '\r\n').replace('\r\n', '\r\n\r\n')],
    ['comments before the header', `# from a tool, version 2\n%\n\n${plain}`],
    ['trailing empty columns', `,a,b,,\n${G1},3,0,,\n${G2},0,20,,\n,,,,\n`],
  ];
  test.each(written)('%s', async (_, content) => {
    const source = await openAnnData(await file('counts.csv', content));
    expect(source.obs.index).toEqual(['a', 'b']);
    expect(source.var.index).toEqual([G1, G2]);
    expect(await denseRows(source.blocks())).toEqual([
      [3, 0],
      [0, 20],
    ]);
  });

  test('reads a line ending that is split between two chunks', async () => {
    const names = Array.from({ length: 60_000 }, (_, cell) => `cell-${cell}`);
    // The file is read in chunks of 1 MiB. Lines of varying length put a line ending on every chunk boundary.
    for (const pad of [0, 1, 2]) {
      const lines = [`gene,${names.join(',')}`, ...[G1, G2].map((g) => `${g}${' '.repeat(pad)}${',1'.repeat(60_000)}`)];
      const source = await openAnnData(await file('wide.csv', lines.join('\r\n')));
      expect([source.nObs, source.nVars]).toEqual([60_000, 2]);
    }
  });

  test('names a decimal comma and numbers in other notations', async () => {
    const read = async (text: string) => {
      const source = await openAnnData(await file('decimal.csv', text), { orientation: 'genes-by-cells' });
      return denseRows(source.blocks());
    };
    await expect(read('gene;a;b\nG1;1,5;2,0\n')).rejects.toThrow(/line 2, value 1: '1,5' has a decimal comma; .*csv2/);
    await expect(read(',a,b\nG1,0x1F,2\n')).rejects.toThrow(/'0x1F' is not a number/);
    await expect(read(',a,b\nG1,Infinity,2\n')).rejects.toThrow(/'Infinity' is not a number/);
  });
});

describe('small files that decompress to very many lines', () => {
  const lines = 1_100_000;
  test.each([
    ['of a table', `a,b\n`.repeat(lines)],
    ['that are blank', `,a\n${'\n'.repeat(lines)}x,1\n`],
    ['before the header', '\n'.repeat(lines)],
  ])('%s are rejected before they fill the memory', async (_, text) => {
    const path = await file('bomb.csv.gz', gzipSync(text));
    const refusal = await readTable(path).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FormatError);
    expect(String(refusal)).toMatch(/lines: there are more than 1048576, too many for a file of this size/);
    await expect(openAnnData(path)).rejects.toThrow(/lines: there are more than 1048576/);
  });
});
