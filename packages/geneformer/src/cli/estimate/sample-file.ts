import {
  type AnnData,
  type Column,
  type CountMatrix,
  type CsrBlock,
  type NumberMatrix,
  writeH5ad,
} from '@geneformer-ts/io';

/** Rows of a file in memory, from which samples are written. */
export interface SampledRows {
  rows: Int32Array;
  blocks: CsrBlock[];
}

/** Ranges that the sample is drawn from, so that a file that is sorted by cell type gives all types. */
const RANGES = 12;
/** If one range takes longer, the format has to be read from its start for each. */
const SLOW_MS = 300;

/**
 * Reads rows of a matrix from evenly spaced ranges, or its first rows if the format is slow to read in ranges.
 *
 * @param most number of rows
 */
export async function sampleRows(matrix: CountMatrix, most: number, signal?: AbortSignal): Promise<SampledRows> {
  const count = Math.min(most, matrix.nObs);
  const size = Math.ceil(count / RANGES);
  const startedAt = performance.now();
  const starts = count === matrix.nObs ? [] : Array.from({ length: RANGES }, (_, i) => i);
  let sampled: SampledRows = { rows: new Int32Array(0), blocks: [] };
  for (const i of starts) {
    signal?.throwIfAborted();
    const from = Math.floor((i * (matrix.nObs - size)) / (RANGES - 1));
    sampled = await add(sampled, matrix, from, from + size);
    if (i === 0 && performance.now() - startedAt > SLOW_MS) break;
  }
  if (sampled.rows.length >= Math.min(count, size * RANGES)) return sampled;
  return add({ rows: new Int32Array(0), blocks: [] }, matrix, 0, count);
}

async function add(sampled: SampledRows, matrix: CountMatrix, from: number, to: number): Promise<SampledRows> {
  const blocks = [...sampled.blocks];
  for await (const block of matrix.blocks({ from, to })) blocks.push(block);
  const rows = Int32Array.from({ length: to - from }, (_, i) => from + i);
  return { rows: Int32Array.from([...sampled.rows, ...rows]), blocks };
}

/**
 * Writes some of the sampled rows as an h5ad file with their counts as `X`, their obs and the given obsm entries.
 *
 * @param count number of rows, evenly spaced among the sampled ones
 */
export async function writeSample(
  path: string,
  cells: AnnData,
  matrix: CountMatrix,
  sampled: SampledRows,
  count: number,
  obsm: readonly string[],
): Promise<void> {
  const chosen = Int32Array.from({ length: count }, (_, i) => Math.floor((i * sampled.rows.length) / count));
  const rows = chosen.map((at) => sampled.rows[at]);
  const matrices: Record<string, NumberMatrix> = {};
  for (const name of obsm) {
    const { cols, data } = (await cells.obsm.get(name)) as NumberMatrix;
    const values = new Float32Array(count * cols);
    rows.forEach((row, at) => values.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
    matrices[name] = { rows: count, cols, data: values };
  }
  const columns = [...cells.obs.columns].map(([name, column]) => [name, rowsOf(column, rows)] as const);
  await writeH5ad(path, {
    // Names may be repeated, and a sample needs none.
    obs: { index: Array.from(rows, String), columns: new Map(columns) },
    var: { index: matrix.var.index, columns: matrix.var.columns },
    blocks: [chosenRows(sampled.blocks, chosen)],
    obsm: matrices,
  });
}

function rowsOf(column: Column, rows: Int32Array): Column {
  switch (column.kind) {
    case 'categorical':
      return { ...column, codes: rows.map((row) => column.codes[row]) };
    case 'number':
      return { kind: 'number', values: Float64Array.from(rows, (row) => column.values[row]) };
    case 'string':
      return { kind: 'string', values: Array.from(rows, (row) => column.values[row]) };
    case 'boolean':
      return { kind: 'boolean', values: Array.from(rows, (row) => column.values[row]) };
  }
}

/** Returns rows of consecutive blocks as one block. */
function chosenRows(blocks: readonly CsrBlock[], chosen: Int32Array): CsrBlock {
  const parts = blocks.flatMap((block) =>
    Array.from({ length: block.rows }, (_, row) => [block, block.indptr[row], block.indptr[row + 1]] as const),
  );
  const indptr = new Int32Array(chosen.length + 1);
  chosen.forEach((at, row) => (indptr[row + 1] = indptr[row] + parts[at][2] - parts[at][1]));
  const indices = new Int32Array(indptr[chosen.length]);
  const data = new Float32Array(indptr[chosen.length]);
  chosen.forEach((at, row) => {
    const [block, from, to] = parts[at];
    indices.set(block.indices.subarray(from, to), indptr[row]);
    data.set(block.data.subarray(from, to), indptr[row]);
  });
  return { rowStart: 0, rows: chosen.length, cols: blocks[0].cols, indptr, indices, data };
}
