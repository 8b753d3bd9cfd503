/** The data sets that the small model is measured on. No cell of them is among the training cells. */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { columnAsStrings, openAnnData } from '@geneformer-ts/io';
import { readTokenized, tokenizeCells } from '@geneformer-ts/tokenizer';
import { dataFolder } from './corpus.mjs';

const at = (...parts) => path.join(dataFolder, ...parts);

/** Cell types: PBMC3k may be used to choose settings, the others only to report. */
const files = {
  pbmc3k: { label: 'cell_type', open: () => [open(at('pbmc3k-labelled/derived/pbmc3k_counts.h5ad'))] },
  lines: {
    label: 'cell_line_demuxlet',
    open: () =>
      readdirSync(at('sc_mixology'))
        .filter((name) => name.endsWith('.count.csv.gz'))
        .sort()
        .map((name) =>
          openAnnData(at('sc_mixology', name), {
            orientation: 'genes-by-cells',
            obs: at('sc_mixology', name.replace('.count', '.metadata')),
          }),
        ),
  },
  onek1k: { label: 'cell_type', open: () => [open(at('onek1k-bcells/onek1k_bcells.h5ad'))] },
};

const open = (file) => openAnnData(file);

/**
 * Returns the cells of a data set, tokenized with counts, and their labels.
 *
 * @param {'pbmc3k' | 'lines' | 'onek1k'} name
 */
export async function readTask(name, vocabulary) {
  const { label, open: openAll } = files[name];
  const sources = await Promise.all(openAll());
  const folder = await mkdtemp(path.join(tmpdir(), 'mini-task-'));
  try {
    const target = path.join(folder, name);
    await tokenizeCells(sources, vocabulary, target, { keepCounts: true, attributes: [label] });
    const cells = await readTokenized(target);
    return { name, cells, labels: columnAsStrings(cells.attributes.get(label)) };
  } finally {
    for (const source of sources) await source.close();
    await rm(folder, { recursive: true });
  }
}

/** Returns the token ids of the genes with dosage labels, their class, and whether their symbol is not that of a zinc finger. */
export function readGeneTask({ tokens, symbols }) {
  const idOf = new Map(tokens.map((gene, id) => [gene, id]));
  const nameOf = new Map([...symbols].map(([symbol, gene]) => [gene, symbol]));
  const genes = [];
  const [header, ...lines] = readFileSync(at('geneformer-labels/dosage_sens_tf_labels.csv'), 'utf8')
    .trim()
    .split(/\r?\n/);
  const names = header.split(',').map((name) => name.replaceAll('"', '').trim());
  for (const line of lines) {
    line.split(',').forEach((cell, column) => {
      const gene = cell.replaceAll('"', '').trim();
      if (!idOf.has(gene)) return;
      const isZincFinger = /^(ZNF|ZSCAN|ZKSCAN)/.test(nameOf.get(gene) ?? '');
      genes.push({ id: idOf.get(gene), sensitive: /^dosage_sens/.test(names[column]), isZincFinger });
    });
  }
  return genes;
}

/** Returns the token ids of the genes with chromatin labels, and whether their promoter is bivalent (as `sensitive`). */
export function readChromatinTask({ tokens }) {
  const idOf = new Map(tokens.map((gene, id) => [gene, id]));
  const read = (file) => new Set(readFileSync(at('geneformer-labels', file), 'utf8').split(/\s+/).filter(Boolean));
  const of = (file, sensitive) =>
    [...read(file)].filter((gene) => idOf.has(gene)).map((gene) => ({ id: idOf.get(gene), sensitive }));
  return [
    ...of('bivalent_gene_labels.txt', true),
    ...of('lys4_only_gene_labels.txt', false),
    ...of('no_methylation_gene_labels.txt', false),
  ];
}
