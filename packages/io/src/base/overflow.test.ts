import { FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { openAnnData } from '../anndata/open.js';
import { readTable } from '../anndata/csv/table.js';
import { readDictionary } from '../checkpoints/dictionary.js';
import { denseRows } from '../testing/dense.js';
import { scratch } from '../testing/folder.js';

const at = scratch();
mkdirSync(at('10x'));
writeFileSync(at('10x/genes.tsv'), 'a\nb\nc\n');
writeFileSync(at('10x/barcodes.tsv'), 'x\ny\n');

async function counts(path: string): Promise<number[][]> {
  const source = await openAnnData(path);
  try {
    return await denseRows(source.blocks());
  } finally {
    await source.close();
  }
}

function table(value: string): Promise<number[][]> {
  writeFileSync(at('m.csv'), `gene,c1,c2\nENSG00000155657,${value},2\n`);
  return counts(at('m.csv'));
}

function matrix(value: string): Promise<number[][]> {
  writeFileSync(at('10x/matrix.mtx'), `%%MatrixMarket matrix coordinate real general\n3 2 1\n2 2 ${value}\n`);
  return counts(at('10x'));
}

const digits = '9'.repeat(400);

describe('a number that is too large for a double does not become infinite', () => {
  test.each(['1e999', '-1e999', digits, `${digits}.5`])('%s', async (value) => {
    const errors = [
      [table(value), /m.csv: line 2, value 1: '.*' is too large for a double/],
      [matrix(value), /matrix.mtx: entry 1: '2 2 .*' is not 'row column value'/],
    ] as const;
    for (const [reading, message] of errors) {
      await expect(reading).rejects.toThrow(FormatError);
      await expect(reading).rejects.toThrow(message);
    }
    writeFileSync(at('t.csv'), `cell,n\na,1\nb,${value}\n`);
    expect((await readTable(at('t.csv'))).columns.get('n')).toEqual({ kind: 'string', values: ['1', value] });
  });

  test.each(['{"a": 1, "b": 1e999}', 'a,1\nb,1e999\n'])('the dictionary %j', async (text) => {
    writeFileSync(at('dictionary'), text);
    await expect(readDictionary(at('dictionary'))).rejects.toThrow(
      /dictionary: key 'b': has a number that is too large for a double; correct it/,
    );
  });
});

test.each(['9007199254740993', '123456789012345678901234567890', '1e308', '0000000000000000007'])(
  'the number %s is the nearest double',
  async (text) => {
    expect(await table(text)).toEqual([[Number(text)], [2]]);
    expect(await matrix(text)).toEqual([
      [0, 0, 0],
      [0, Number(text), 0],
    ]);
  },
);
