import { ArgumentError, FormatError } from '@geneformer-ts/core';
import { describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { denseRows } from '../../testing/dense.js';
import { scratch } from '../../testing/folder.js';
import { openAnnData } from '../open.js';
import type { OpenOptions } from '../count-matrix.js';
import { isMetadata } from './axes.js';

const at = scratch();
async function open(text: string, options: OpenOptions = {}) {
  await writeFile(at('counts.csv'), text);
  return openAnnData(at('counts.csv'), options);
}

const [G1, G2, G3] = ['ENSG00000155657', 'ENSG00000198523', 'ENSG00000000003'];

describe('the header line', () => {
  test('must exist, because otherwise the first gene would be lost', async () => {
    await expect(open(`${G1},3,0,1\n${G2},0,20,0\n`)).rejects.toThrow(FormatError);
    await expect(open(`${G1},3,0,1\n${G2},0,20,0\n`)).rejects.toThrow(
      /line 1: has only numbers after 'ENSG00000155657', so the table has no header line; add a header line with a name/,
    );
    await expect(open(`# x\n"TTN" 3 0.5\n"PLN" 0 20\n`, { orientation: 'genes-by-cells' })).rejects.toThrow(
      /line 2: has only/,
    );
  });

  test('may have numbers as names if the top left field is empty, named or missing', async () => {
    for (const header of [',0,1', 'gene,0,1', '"0","1"']) {
      const source = await open(`${header}\n${G1},3,0\n${G2},0,20\n`);
      expect(source.obs.index).toEqual(['0', '1']);
      expect(source.var.index).toEqual([G1, G2]);
    }
  });
});

describe('columns that are not genes', () => {
  test.each([
    [
      'of metadata',
      `cell,${G1},${G2},n_counts,percent_mito,cluster\na,3,1,4,0.25,1\n`,
      /columns n_counts, percent_mito, cluster: describe the cells but would be read as genes/,
    ],
    [
      'of Seurat',
      `cell,${G1},nCount_RNA,percent.mt,seurat_clusters,batch\na,3,1,4,0.25,1\n`,
      /columns nCount_RNA, percent.mt, seurat_clusters, batch/,
    ],
    ['of htseq-count', `,a,b\n${G1},3,1\n__no_feature,500,600\n`, /rows __no_feature: describe the cells/],
    ['of STAR', `,a,b\nN_unmapped,3,1\n${G1},500,600\n`, /rows N_unmapped: describe the cells/],
  ])('%s are rejected by name', async (_, text, message) => {
    await expect(open(text)).rejects.toThrow(FormatError);
    await expect(open(text)).rejects.toThrow(message);
  });

  test('of featureCounts describe genes but would be read as cells', async () => {
    const text = `Geneid\tChr\tStart\tLength\ta.bam\n${G1}\t1\t10\t1000\t3\n`;
    await expect(open(text)).rejects.toThrow(/columns Chr, Start, Length: describe genes but would be read as cells/);
  });

  test('with an unknown name are recognized by fractions among integers', async () => {
    const source = await open(`cell,${G1},${G2},${G3},my_index\na,3,1,0,0.25\nb,1,0,2,0.5\n`);
    await expect(denseRows(source.blocks())).rejects.toThrow(/columns my_index: describe the cells/);
  });

  test('reads genes with fractions, which salmon and alevin estimate', async () => {
    const source = await open(`cell,${G1},${G2}\na,3.5,1\nb,1,0\n`);
    expect(await denseRows(source.blocks())).toEqual([
      [3.5, 1],
      [1, 0],
    ]);
  });

  test('does not take gene symbols for metadata', () => {
    const symbols = [
      'HLA-DRA',
      'MT-CO1',
      'C1orf112',
      'AC012345.6',
      'RP11-34P13.7',
      'Cd3e',
      'mt-Nd1',
      'SCO2',
      'PC',
      'AGER',
      'TIMELESS',
      'eGFP',
      'ERCC-00002',
      'NKX2-5',
      'Gm42418',
      'hsa-mir-21',
      'Y_RNA',
      '7SK',
      'T',
    ];
    expect(symbols.filter(isMetadata)).toEqual([]);
  });
});

describe('orientation', () => {
  test('rejects an orientation that contradicts the gene ids', async () => {
    const text = `,a,b\n${G1},3,0\n${G2},0,20\n`;
    await expect(open(text, { orientation: 'cells-by-genes' })).rejects.toThrow(ArgumentError);
    await expect(open(text, { orientation: 'cells-by-genes' })).rejects.toThrow(
      /is 'cells-by-genes', but gene ids are in the first column of .*; omit it or set it to 'genes-by-cells'/,
    );
  });

  test.each([
    ['common symbols', ',x,y\nACTB,1,0\nRPL13A,0,2\nMT-CO1,1,1\nTTN,0,0\n', 'genes-by-cells'],
    ['barcodes in the first column', 'cell,TTN,PLN\nAAACATACAACCAC-1,1,0\nAAACATTGAGCTAC-1,0,2\n', 'cells-by-genes'],
    ['barcodes in the header', 'gene,s1_AAACATACAACC,s1_AAACATTGAGCT\nTTN,1,0\nPLN,0,2\n', 'genes-by-cells'],
  ])('is detected from %s', async (_, text, orientation) => {
    expect((await open(text)).orientation).toBe(orientation);
  });
});
