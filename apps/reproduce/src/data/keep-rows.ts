import { columnAsStrings, type CountMatrix, type Column, type CsrBlock } from '@geneformer-ts/io';
import { DataError } from '../errors.js';

/**
 * Returns a source with only the cells that have one of the given values in an obs column, so that a large atlas is not copied for a few cell types.
 * @throws DataError when the column does not exist, or no cell has one of the values
 */
export function keepRows(source: CountMatrix, name: string, values: readonly string[]): CountMatrix {
  const column = source.obs.columns.get(name);
  if (!column) {
    const known = [...source.obs.columns.keys()].join(', ');
    throw new DataError(source.path, `obs/${name}`, `column not found; choose one of: ${known}`);
  }
  const wanted = new Set<string | null>(values);
  const keep = Uint8Array.from(columnAsStrings(column), (value) => (wanted.has(value) ? 1 : 0));
  const rows = Int32Array.from(keep.keys()).filter((row) => keep[row]);
  const present = new Set(columnAsStrings(column));
  const absent = values.filter((value) => !present.has(value));
  if (absent.length > 0) {
    const seen = [...present].slice(0, 8).join(', ');
    throw new DataError(
      source.path,
      `obs/${name}`,
      `no cell has the value ${absent.join(' or ')}; the column has: ${seen}`,
    );
  }
  const { nVars, path, format, setApart, notes } = source;
  return {
    path,
    format,
    nVars,
    nObs: rows.length,
    var: source.var,
    ...(setApart && { setApart }),
    ...(notes && { notes }),
    obs: {
      index: Array.from(rows, (row) => source.obs.index[row]),
      columns: new Map([...source.obs.columns].map(([key, own]) => [key, pick(own, rows)])),
    },
    async *blocks(options) {
      let rowStart = 0;
      for await (const block of source.blocks(options)) {
        const kept = pickBlock(block, keep, rowStart);
        rowStart += kept.rows;
        if (kept.rows > 0) yield kept;
      }
    },
    close: () => source.close(),
  };
}

function pick(column: Column, rows: Int32Array): Column {
  const values = columnAsStrings(column);
  return { kind: 'string', values: Array.from(rows, (row) => values[row] ?? null) };
}

function pickBlock(block: CsrBlock, keep: Uint8Array, rowStart: number): CsrBlock {
  const indptr = [0];
  const kinds = block.setApart ? block.setApart.length / block.rows : 0;
  const kept = new Uint8Array(block.indices.length);
  for (let row = 0; row < block.rows; row++) {
    if (!keep[block.rowStart + row]) continue;
    const [from, to] = [block.indptr[row], block.indptr[row + 1]];
    kept.fill(1, from, to);
    indptr.push(indptr.at(-1)! + to - from);
  }
  return {
    rowStart,
    rows: indptr.length - 1,
    cols: block.cols,
    indptr: Int32Array.from(indptr),
    indices: block.indices.filter((_, at) => kept[at]),
    data: block.data.filter((_, at) => kept[at]),
    ...(block.setApart && {
      setApart: block.setApart.filter((_, at) => keep[block.rowStart + Math.floor(at / kinds)]),
    }),
  };
}
