import { FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdir, writeFile } from 'node:fs/promises';
import { scratch } from '../testing/folder.js';
import { findDuplicates } from './data-frame.js';
import { openAnnData } from './open.js';

const at = scratch();

describe('findDuplicates', () => {
  test('counts names and rows, and shows the first names', () => {
    expect(findDuplicates(['a', 'b', 'a', 'c', 'a', 'b'])).toEqual({ names: 2, rows: 3, first: ['a', 'b'] });
    expect(findDuplicates(['a', 'b'])).toBeUndefined();
    expect(findDuplicates([])).toBeUndefined();
  });

  test('agrees with a Set for any names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 })), (names) => {
        expect(findDuplicates(names)?.rows ?? 0).toBe(names.length - new Set(names).size);
      }),
    );
  });

  test('accepts more names than a call can have arguments', () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `${(i % 199_998).toString(4).padStart(16, '0')}-1`);
    expect(findDuplicates(names)).toEqual({ names: 2, rows: 2, first: [names[0], names[1]] });
  });
});

describe('cells with the same name', () => {
  async function folder(name: string, barcodes: string): Promise<string> {
    await mkdir(at(name));
    await writeFile(at(`${name}/matrix.mtx`), '%%MatrixMarket matrix coordinate integer general\n1 3 1\n1 1 5\n');
    await writeFile(at(`${name}/genes.tsv`), 'ENSG1\tTTN\n');
    await writeFile(at(`${name}/barcodes.tsv`), barcodes);
    return at(name);
  }

  test('are reported', async () => {
    const source = await openAnnData(await folder('twice', 'AAA-1\nCCC-1\nAAA-1\n'));
    expect(source.duplicateCells).toEqual({ names: 1, rows: 1, first: ['AAA-1'] });
    expect(source.notes).toEqual(['1 cells have the name of an earlier cell: AAA-1']);
    expect((await openAnnData(await folder('once', 'AAA-1\nCCC-1\nGGG-1\n'))).duplicateCells).toBeUndefined();
  });

  test('are not joined to metadata by name', async () => {
    const path = await folder('joined', 'AAA-1\nCCC-1\nAAA-1\n');
    await writeFile(at('metadata.csv'), 'cell,type\nAAA-1,T\nCCC-1,B\n');
    const opening = openAnnData(path, { obs: at('metadata.csv') });
    await expect(opening).rejects.toThrow(FormatError);
    await expect(opening).rejects.toThrow(/cells: an identifier occurs more than once \(AAA-1\).*give every cell/);
  });
});
