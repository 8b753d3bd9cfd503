/** PBMC3k as V1 tokens, and some of its cells (the same at every run) with their types. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { columnAsStrings, openAnnData } from '@geneformer-ts/io';
import { encodeLabels } from '@geneformer-ts/model';
import { loadVocabulary, readTokenized, tokenizeCells } from '@geneformer-ts/tokenizer';

export async function tokenizePbmc3k(data) {
  const folder = await mkdtemp(path.join(tmpdir(), 'geneformer-bench-'));
  try {
    const vocabulary = await loadVocabulary('V1', path.join(data, 'geneformer-dicts'));
    const source = await openAnnData(path.join(data, 'pbmc3k-labelled/derived/pbmc3k_counts.h5ad'));
    await tokenizeCells(source, vocabulary, path.join(folder, 'cells'), { attributes: ['cell_type'], workers: 0 });
    await source.close();
    return await readTokenized(path.join(folder, 'cells'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * As many cells, evenly spaced from the shortest to the longest, so that the few have the lengths of all: time grows faster than length.
 *
 * @returns ids of each cell and the class of each, as plain arrays
 */
export function drawCells(tokenized, count) {
  const { codes } = encodeLabels(columnAsStrings(tokenized.attributes.get('cell_type')));
  const { inputIds, offsets, cells } = tokenized;
  const length = (row) => offsets[row + 1] - offsets[row];
  const byLength = Array.from({ length: cells }, (_, row) => row).sort((a, b) => length(a) - length(b) || a - b);
  const drawn = Array.from({ length: count }, (_, i) => byLength[Math.floor(((i + 0.5) * cells) / count)]);
  // Neither side is helped by cells that come in order.
  drawn.sort((a, b) => a - b);
  // Only classes that were drawn: every class of a classifier needs a cell.
  const classes = [...new Set(drawn.map((row) => codes[row]))].sort((a, b) => a - b);
  return {
    cells: drawn.map((row) => Array.from(inputIds.subarray(offsets[row], offsets[row + 1]))),
    labels: drawn.map((row) => classes.indexOf(codes[row])),
  };
}

/** Cells of random tokens with `from` to `to` tokens each: time does not depend on which tokens they are. */
export function madeUpCells(count, from, to) {
  let state = 7;
  const draw = (below) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
  const cells = Array.from({ length: count }, (_, cell) => {
    const tokens = from + Math.floor(((cell * 0.618034) % 1) * (to - from + 1));
    return Array.from({ length: tokens }, () => 2 + draw(25_000));
  });
  return { cells, labels: cells.map((_, cell) => cell % 2) };
}
