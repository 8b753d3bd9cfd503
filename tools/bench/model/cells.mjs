/** PBMC3k as V1 tokens, and some of its cells drawn at random (the same at every run) with their types. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { columnAsStrings, openCells } from '@geneformer-ts/io';
import { encodeLabels } from '@geneformer-ts/model';
import { loadVocabulary, readTokenized, tokenizeCells } from '@geneformer-ts/tokenizer';

export async function tokenizePbmc3k(data) {
  const folder = await mkdtemp(path.join(tmpdir(), 'geneformer-bench-'));
  try {
    const vocabulary = await loadVocabulary('V1', path.join(data, 'geneformer-dicts'));
    const source = await openCells(path.join(data, 'pbmc3k-labelled/derived/pbmc3k_counts.h5ad'));
    await tokenizeCells(source, vocabulary, path.join(folder, 'cells'), { attributes: ['cell_type'], workers: 0 });
    await source.close();
    return await readTokenized(path.join(folder, 'cells'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @returns ids of each cell and the class of each, as plain arrays */
export function drawCells(tokenized, count) {
  const { codes } = encodeLabels(columnAsStrings(tokenized.attributes.get('cell_type')));
  const rows = Array.from({ length: tokenized.cells }, (_, row) => row);
  let state = 7;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    const other = i + Math.floor((state / 2 ** 32) * (rows.length - i));
    [rows[i], rows[other]] = [rows[other], rows[i]];
  }
  const drawn = rows.slice(0, count);
  const { inputIds, offsets } = tokenized;
  // Only classes that were drawn: every class of a classifier needs a cell.
  const classes = [...new Set(drawn.map((row) => codes[row]))].sort((a, b) => a - b);
  return {
    cells: drawn.map((row) => Array.from(inputIds.subarray(offsets[row], offsets[row + 1]))),
    labels: drawn.map((row) => classes.indexOf(codes[row])),
  };
}
