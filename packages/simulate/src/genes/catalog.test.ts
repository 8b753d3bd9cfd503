import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildCatalog } from './catalog.js';

const data = process.env['GENEFORMER_DATA'];
const testWithData = data ? test : test.skip;
const catalog = buildCatalog(12_000);
const idOf = new Map(catalog.symbols.map((symbol, gene) => [symbol, catalog.ids[gene]]));

describe('buildCatalog', () => {
  test('lists the requested number of genes, each symbol and id once', () => {
    for (const genes of [400, 600, 2999, 3000, 12_000]) {
      const { ids, symbols } = buildCatalog(genes);
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

  test('all other genes have simulated symbols and ids', () => {
    for (const gene of catalog.anonymous) {
      expect(catalog.symbols[gene]).toMatch(/^SIM\d{5}$/);
      expect(catalog.ids[gene]).toMatch(/^SIMG\d{11}$/);
    }
    for (const id of catalog.ids.slice(0, catalog.named)) expect(id).toMatch(/^ENSG\d{11}$/);
    expect(catalog.anonymous.length + catalog.named).toBe(12_000);
  });

  test('has at least 60 dosage-sensitive and 120 insensitive factors', () => {
    const count = (dosage: string): number => catalog.factors.filter((factor) => factor.dosage === dosage).length;
    expect(count('sensitive')).toBe(84);
    expect(count('insensitive')).toBe(168);
  });

  test('a small catalog has simulated names and some genes of every list', () => {
    const small = buildCatalog(400);
    expect(small.anonymous.length).toBeGreaterThan(80);
    for (const genes of [...small.markers.values(), ...small.common.values()]) expect(genes.length).toBeGreaterThan(0);
    expect(small.symbols).toEqual(expect.arrayContaining(['AIRE', 'FOXN1', 'PSMB11', 'CCL19']));
  });

  testWithData('every real id matches its symbol in the GENCODE table', () => {
    const table = readFileSync(path.join(data!, 'gene-tables/GENCODEv44_Gene_id2name.csv'), 'utf8');
    const symbolOf = new Map(table.split('\n').map((line) => line.trim().split(',') as [string, string]));
    for (let gene = 0; gene < catalog.named; gene++) {
      expect(symbolOf.get(catalog.ids[gene])).toBe(catalog.symbols[gene]);
    }
  });

  testWithData('every dosage class matches the published label list', () => {
    const list = readFileSync(path.join(data!, 'geneformer-labels/dosage_sens_tf_labels.csv'), 'utf8')
      .trim()
      .split('\n');
    const columns = list[0].trim().split(',');
    const rows = list.slice(1).map((line) => line.trim().split(','));
    for (const { gene, dosage } of catalog.factors) {
      if (dosage === null) continue;
      const column = columns.indexOf(`dosage_${dosage}`);
      expect(rows.some((row) => row[column] === catalog.ids[gene])).toBe(true);
    }
  });
});
