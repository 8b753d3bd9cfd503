import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildCatalogue } from './catalogue.js';

const data = process.env['GENEFORMER_DATA'];
const testWithData = data ? test : test.skip;
const catalogue = buildCatalogue(12_000);
const idOf = new Map(catalogue.symbols.map((symbol, gene) => [symbol, catalogue.ids[gene]]));

describe('buildCatalogue', () => {
  test('lists as many genes as asked for, each symbol and id once', () => {
    for (const genes of [400, 600, 2999, 3000, 12_000]) {
      const { ids, symbols } = buildCatalogue(genes);
      expect(ids).toHaveLength(genes);
      expect(new Set(ids).size).toBe(genes);
      expect(new Set(symbols).size).toBe(genes);
    }
  });

  test('known genes have their Ensembl ids', () => {
    expect(idOf.get('PSMB11')).toBe('ENSG00000222028');
    expect(idOf.get('AIRE')).toBe('ENSG00000160224');
    expect(idOf.get('ACTB')).toBe('ENSG00000075624');
    expect(idOf.get('MT-CO1')).toBe('ENSG00000198804');
  });

  test('all other genes say in symbol and id that they are simulated', () => {
    for (const gene of catalogue.anonymous) {
      expect(catalogue.symbols[gene]).toMatch(/^SIM\d{5}$/);
      expect(catalogue.ids[gene]).toMatch(/^SIMG\d{11}$/);
    }
    for (const id of catalogue.ids.slice(0, catalogue.named)) expect(id).toMatch(/^ENSG\d{11}$/);
    expect(catalogue.anonymous.length + catalogue.named).toBe(12_000);
  });

  test('has at least 60 dosage-sensitive and 120 insensitive factors', () => {
    const count = (dosage: string): number => catalogue.factors.filter((factor) => factor.dosage === dosage).length;
    expect(count('sensitive')).toBe(84);
    expect(count('insensitive')).toBe(168);
  });

  test('a small catalogue keeps simulated names and some of every list', () => {
    const small = buildCatalogue(400);
    expect(small.anonymous.length).toBeGreaterThan(80);
    for (const genes of [...small.markers.values(), ...small.common.values()]) expect(genes.length).toBeGreaterThan(0);
    expect(small.symbols).toEqual(expect.arrayContaining(['AIRE', 'FOXN1', 'PSMB11', 'CCL19']));
  });

  testWithData('every real id is that of its symbol in the GENCODE table', () => {
    const table = readFileSync(path.join(data!, 'gene-tables/GENCODEv44_Gene_id2name.csv'), 'utf8');
    const symbolOf = new Map(table.split('\n').map((line) => line.trim().split(',') as [string, string]));
    for (let gene = 0; gene < catalogue.named; gene++) {
      expect(symbolOf.get(catalogue.ids[gene])).toBe(catalogue.symbols[gene]);
    }
  });

  testWithData('every dosage class is that of the published label list', () => {
    const list = readFileSync(path.join(data!, 'geneformer-labels/dosage_sens_tf_labels.csv'), 'utf8')
      .trim()
      .split('\n');
    const columns = list[0].trim().split(',');
    const rows = list.slice(1).map((line) => line.trim().split(','));
    for (const { gene, dosage } of catalogue.factors) {
      if (dosage === null) continue;
      const column = columns.indexOf(`dosage_${dosage}`);
      expect(rows.some((row) => row[column] === catalogue.ids[gene])).toBe(true);
    }
  });
});
