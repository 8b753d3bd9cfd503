import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnsupportedError } from './errors.js';
import { sha256 } from './files/digest.js';
import { columnAsStrings, type Column, type Frame } from './frame.js';
import { openCells } from './open-cells.js';
import { readPickledDictionary } from './pickle/dictionary.js';
import type { CellSource, OpenOptions } from './source.js';
import { fixture } from './testing/folder.js';

const data = process.env['GENEFORMER_DATA'];
const real = data ? test : test.skip;

interface GoldenTable {
  rows: number;
  ends: [string, string];
  columns: Record<string, { kind: Column['kind']; missing: number; ends: (string | number | null)[] }>;
}
interface Golden {
  lzf?: boolean;
  layers: Record<string, { shape: [number, number]; nonZeros: number; sum: number; weighted: number }>;
  obs: GoldenTable;
  var: GoldenTable;
}

// What anndata, scipy and pandas read from the files (tools/parity/io-real.py).
const golden = JSON.parse(readFileSync(fixture('real.json'), 'utf8')) as Record<string, Golden>;

async function summarise(source: CellSource): Promise<{ nonZeros: number; sum: number; weighted: number }> {
  const summary = { nonZeros: 0, sum: 0, weighted: 0 };
  for await (const block of source.blocks({ rows: 300 })) {
    for (let r = 0; r < block.rows; r++) {
      for (let k = block.indptr[r]!; k < block.indptr[r + 1]!; k++) {
        const value = block.data[k]!;
        if (value === 0) continue;
        summary.nonZeros++;
        summary.sum += value;
        summary.weighted += value * (((block.rowStart + r) % 7) + 1) * ((block.indices[k]! % 11) + 1);
      }
    }
  }
  return summary;
}

function ends(column: Column): (string | number | null)[] {
  const texts = columnAsStrings(column);
  return [texts[0]!, texts.at(-1)!].map((text) => (text !== null && column.kind === 'number' ? Number(text) : text));
}

function expectTable(frame: Frame, expected: GoldenTable): void {
  expect(frame.index.length).toBe(expected.rows);
  expect([frame.index[0], frame.index.at(-1)]).toEqual(expected.ends);
  for (const [name, column] of Object.entries(expected.columns)) {
    const actual = frame.columns.get(name)!;
    const missing = columnAsStrings(actual).filter((text) => text === null).length;
    expect({ name, kind: actual.kind, missing, ends: ends(actual) }).toEqual({ name, ...column });
  }
}

describe('real files', () => {
  for (const [name, expected] of Object.entries(golden)) {
    const path = join(data ?? '', name);
    const metadata: OpenOptions = name.includes('.count.') ? { obs: path.replace('.count.', '.metadata.') } : {};

    if (expected.lzf) {
      real(`${name} names its compression`, async () => {
        await expect(openCells(path)).rejects.toThrow(UnsupportedError);
      });
      continue;
    }

    if (!expected.layers['X']) {
      real(`${name} has no counts and says so`, async () => {
        await expect(openCells(path)).rejects.toThrow(/no matrix 'X'|is null/);
      });
    }

    for (const [layer, matrix] of Object.entries(expected.layers)) {
      real(`${name}, ${layer}`, async () => {
        const source = await openCells(path, { ...metadata, layer });
        try {
          const { nonZeros, sum, weighted } = await summarise(source);
          expect([source.nObs, source.nVars, nonZeros]).toEqual([...matrix.shape, matrix.nonZeros]);
          expect(Math.abs(sum - matrix.sum)).toBeLessThanOrEqual(1e-9 * Math.abs(matrix.sum));
          expect(Math.abs(weighted - matrix.weighted)).toBeLessThanOrEqual(1e-9 * Math.abs(matrix.weighted));
          expectTable(source.obs, expected.obs);
          if (layer !== 'raw') expectTable(source.var, expected.var);
        } finally {
          await source.close();
        }
      });
    }
  }
});

describe('published dictionaries', () => {
  const versions = [
    {
      tokens: 'token_dictionary_gc30M.pkl',
      medians: 'gene_median_dictionary_gc30M.pkl',
      tokenDigest: '2de215b65939877fa9e5572dd8da38b0fb576d87fb7426fafebbcdd43865606a',
      medianDigest: 'f928996243d0d763fd82409c3abb704e01113edfdb7f5f92cc93070182c48d4e',
    },
    {
      tokens: 'token_dictionary_gc95M_is_official_gc104M.pkl',
      medians: 'gene_median_dictionary_gc95M_is_official_gc104M.pkl',
      tokenDigest: '77296212d74b0017737e97d8ffb3f20486097554dd124beb29353bfffb4924cd',
      medianDigest: '218416a5c6fbd7bbfa21de104a4562e8f94ef29c4db0bd21b18a7c1e4711aa33',
    },
  ];

  for (const { tokens, medians, tokenDigest, medianDigest } of versions) {
    real(`${tokens} and its medians have their published digests`, async () => {
      const folder = join(data!, 'geneformer-dicts');
      const ids = [...((await readPickledDictionary(join(folder, tokens))) as Map<string, number>)];
      ids.sort(([, a], [, b]) => a - b);
      expect(sha256(ids.map(([gene, id]) => `${gene}\t${id}\n`).join(''))).toBe(tokenDigest);
      const median = (await readPickledDictionary(join(folder, medians))) as Map<string, number>;
      const values = Float64Array.from(
        ids.filter(([gene]) => gene.startsWith('ENS')),
        ([gene]) => median.get(gene)!,
      );
      expect(sha256(new Uint8Array(values.buffer))).toBe(medianDigest);
    });
  }

  real('gene names and identifiers map text to text', async () => {
    const folder = join(data!, 'geneformer-dicts');
    const mapping = await readPickledDictionary(join(folder, 'ensembl_mapping_dict_gc95M_is_official_gc104M.pkl'));
    expect(mapping.size).toBe(173_697);
    expect(mapping.get('ENSG00000188971')).toBe('ENSG00000115977');
    expect((await readPickledDictionary(join(folder, 'gene_name_id_dict_gc30M.pkl'))).size).toBe(40_248);
  });
});
