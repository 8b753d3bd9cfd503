import { expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { scratch } from '../../testing/folder.js';
import { openAnnData } from '../open.js';
import { findMtxFiles } from './files.js';

const at = scratch();

function write(folder: string, files: Record<string, string>): string {
  mkdirSync(at(folder));
  for (const [name, text] of Object.entries(files)) writeFileSync(at(`${folder}/${name}`), text);
  return at(folder);
}

const matrix = '%%MatrixMarket matrix coordinate integer general\n3 2 3\n1 1 5\n3 1 1\n2 2 9\n';

test.each(['a$$x_', 'a$&_', "a$'_", 'a$1_', 'a*_', '$`_'])('the names beside the matrix of %s are found', (prefix) => {
  const own = ['matrix.mtx', 'features.tsv', 'barcodes.tsv'].map((name) => prefix + name);
  const others = ['a$x_features.tsv', 'a$x_barcodes.tsv', 'features.tsv', 'barcodes.tsv'];
  expect(findMtxFiles('folder', [...others, ...own], own[0])).toEqual({
    matrix: own[0],
    features: own[1],
    barcodes: own[2],
    unused: [],
  });
});

test('a note says which of several files of names are read', async () => {
  const folder = write('several', {
    'matrix.mtx': matrix,
    'features.tsv': 'ENSG1\nENSG2\nENSG3\n',
    'genes.tsv': 'ENSG7\nENSG8\nENSG9\n',
    'barcodes.tsv': 'b1\nb2\n',
    'barcodes.tsv.gz': 'z1\nz2\n',
  });
  const source = await openAnnData(folder);
  expect(source.var.index).toEqual(['ENSG1', 'ENSG2', 'ENSG3']);
  expect(source.notes).toEqual([
    `${folder}: names are read from features.tsv and barcodes.tsv, not from genes.tsv, barcodes.tsv.gz`,
  ]);
  await source.close();
});
