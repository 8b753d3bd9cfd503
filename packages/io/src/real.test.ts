import { ArgumentError } from '@geneformer-ts/core';
import { sha256 } from '@geneformer-ts/core/node';
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Column, columnAsStrings, type DataFrame } from './anndata/data-frame.js';
import { openAnnData } from './anndata/open.js';
import type { CountMatrix, OpenOptions } from './anndata/count-matrix.js';
import { readPickledDictionary } from './checkpoints/dictionary.js';
import { fixture } from './testing/folder.js';

const data = process.env['GENEFORMER_DATA'];
const real = data ? test : test.skip;

interface GoldenColumn {
  kind: Column['kind'];
  missing: number;
  ends: (string | number | null)[];
  digest?: string;
  sum?: number;
}
interface GoldenTable {
  rows: number;
  ends: [string, string];
  digest: string;
  columns: Record<string, GoldenColumn>;
}
interface GoldenMatrix {
  shape: [number, number];
  nonZeros: number;
  sum: number;
  weighted: number;
  rows: Record<string, [column: number, value: number][]>;
}
interface Golden {
  layers: Record<string, GoldenMatrix>;
  obs: GoldenTable;
  var: GoldenTable;
}

// Values that anndata, h5py, scipy and pandas read from the files (tools/parity/io-real.py).
const golden = JSON.parse(readFileSync(fixture('real.json'), 'utf8')) as Record<string, Golden>;

async function summarize(source: CountMatrix, kept: readonly number[]): Promise<GoldenMatrix> {
  const rows = Object.fromEntries(kept.map((row): [string, [number, number][]] => [String(row), []]));
  const summary = { shape: [source.nObs, source.nVars] as [number, number], nonZeros: 0, sum: 0, weighted: 0, rows };
  for await (const block of source.blocks({ rows: 300 })) {
    for (let r = 0; r < block.rows; r++) {
      const row = block.rowStart + r;
      for (let k = block.indptr[r]; k < block.indptr[r + 1]; k++) {
        const value = block.data[k];
        if (value === 0) continue;
        summary.nonZeros++;
        summary.sum += value;
        summary.weighted += value * ((row % 7) + 1) * ((block.indices[k] % 11) + 1);
        rows[row]?.push([block.indices[k], value]);
      }
    }
  }
  for (const row of Object.keys(rows)) rows[row] = rows[row].sort(([a], [b]) => a - b).slice(0, 5);
  return summary;
}

function expectMatrix(actual: GoldenMatrix, expected: GoldenMatrix): void {
  const exact = ({ shape, nonZeros, rows }: GoldenMatrix): unknown => ({ shape, nonZeros, rows });
  expect(exact(actual)).toEqual(exact(expected));
  expect(Math.abs(actual.sum - expected.sum)).toBeLessThanOrEqual(1e-9 * Math.abs(expected.sum));
  expect(Math.abs(actual.weighted - expected.weighted)).toBeLessThanOrEqual(1e-9 * Math.abs(expected.weighted));
}

function describeColumn(column: Column, expected: GoldenColumn): GoldenColumn {
  const texts = columnAsStrings(column);
  const ends = [texts[0]!, texts.at(-1)!];
  return {
    kind: column.kind,
    missing: texts.filter((text) => text === null).length,
    ends: ends.map((text) => (text !== null && column.kind === 'number' ? Number(text) : text)),
    ...(expected.digest === undefined ? {} : { digest: digest(texts) }),
  };
}

function digest(texts: readonly (string | null)[]): string {
  return sha256(texts.map((text) => text ?? '').join('\n')).slice(0, 16);
}

function expectTable(frame: DataFrame, expected: GoldenTable): void {
  expect([frame.index.length, frame.index[0], frame.index.at(-1)]).toEqual([expected.rows, ...expected.ends]);
  expect(digest(frame.index)).toBe(expected.digest);
  expect([...frame.columns.keys()].sort()).toEqual(Object.keys(expected.columns).sort());
  for (const [name, { sum, ...column }] of Object.entries(expected.columns)) {
    const actual = frame.columns.get(name)!;
    expect({ name, ...describeColumn(actual, column) }).toEqual({ name, ...column });
    if (sum === undefined || actual.kind !== 'number') continue;
    const total = actual.values.reduce((all, value) => all + (Number.isNaN(value) ? 0 : value), 0);
    expect(Math.abs(total - sum)).toBeLessThanOrEqual(1e-9 * Math.abs(sum));
  }
}

describe('real files', () => {
  for (const [name, expected] of Object.entries(golden)) {
    const [file, genome] = name.split('#');
    const path = join(data ?? '', file);
    // The expected values cover every feature as it is stored.
    const options: OpenOptions = {
      featureTypes: 'all',
      ...(name.includes('.count.') ? { obs: path.replace('.count.', '.metadata.') } : {}),
      ...(genome === undefined ? {} : { genome }),
    };

    if (!expected.layers['X']) {
      real(`reports that ${name} has no counts`, async () => {
        await expect(openAnnData(path)).rejects.toThrow(/no matrix 'X'|is null/);
      });
    }

    for (const [layer, matrix] of Object.entries(expected.layers)) {
      real(`${name}, ${layer}`, async () => {
        const source = await openAnnData(path, { ...options, layer });
        try {
          expectMatrix(await summarize(source, Object.keys(matrix.rows).map(Number)), matrix);
          expectTable(source.obs, expected.obs);
          if (layer !== 'raw') expectTable(source.var, expected.var);
        } finally {
          await source.close();
        }
      });
    }
  }

  real('sets antibodies apart from genes', async () => {
    const source = await openAnnData(join(data!, 'tenx-fixtures/seurat/cr3.0'));
    expect(source.var.index).toHaveLength(3);
    expect(source.setApart).toEqual([{ kind: 'Antibody Capture', features: 2 }]);
    let apart = 0;
    let genes = 0;
    for await (const block of source.blocks()) {
      for (const count of block.setApart!) apart += count;
      for (const count of block.data) genes += count;
    }
    expect(apart + genes).toBe(golden['tenx-fixtures/seurat/cr3.0'].layers['X'].sum);
    expect(apart).toBeGreaterThan(0);
    await source.close();
  });

  real('sums the probes of a gene to one column and omits the probes that Cell Ranger omits', async () => {
    const path = join(data!, 'tenx-fixtures/scanpy/visium_data/2.1.0/raw_probe_bc_matrix.h5');
    const source = await openAnnData(path);
    expect(source.setApart).toEqual([{ kind: 'probes left out by filtered_probes', features: 318 }]);
    expect(new Set(source.var.index).size).toBe(source.nVars);
    expect(source.nVars).toBeLessThan(682);
    expect(source.var.index.every((id) => id.startsWith('ENSMUSG'))).toBe(true);
    let sum = 0;
    for await (const block of source.blocks()) {
      for (const count of [...block.data, ...block.setApart!]) sum += count;
    }
    expect(sum).toBe(3372);
    await source.close();
  });

  real('lists the genomes of a file with several genomes', async () => {
    const path = join(data!, 'tenx-fixtures/scanpy/10x_data/1.2.0/multiple_genomes.h5');
    await expect(openAnnData(path)).rejects.toThrow(ArgumentError);
    await expect(openAnnData(path)).rejects.toThrow(/2 genomes: another_genome, hg19_chr21; set the option/);
    await expect(openAnnData(path, { genome: 'mm10' })).rejects.toThrow(
      /no genome 'mm10'; the file has another_genome, hg19_chr21/,
    );
  });
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

  real('reads dictionaries of gene names and identifiers as strings', async () => {
    const folder = join(data!, 'geneformer-dicts');
    const mapping = await readPickledDictionary(join(folder, 'ensembl_mapping_dict_gc95M_is_official_gc104M.pkl'));
    expect(mapping.size).toBe(173_697);
    expect(mapping.get('ENSG00000188971')).toBe('ENSG00000115977');
    expect((await readPickledDictionary(join(folder, 'gene_name_id_dict_gc30M.pkl'))).size).toBe(40_248);
  });
});
