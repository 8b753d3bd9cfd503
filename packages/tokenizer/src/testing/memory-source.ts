import type { CountMatrix, Column, CsrBlock } from '@geneformer-ts/io';

export interface MemoryMatrix {
  /** Cells × genes. */
  counts: readonly (readonly number[])[];
  genes: readonly string[];
  cells?: readonly string[];
  obs?: Readonly<Record<string, Column>>;
  var?: Readonly<Record<string, Column>>;
  path?: string;
}

/** Returns a source over a small dense matrix; zeros are not stored. */
export function memorySource(matrix: MemoryMatrix): CountMatrix {
  const indptr = [0];
  const indices: number[] = [];
  const data: number[] = [];
  for (const row of matrix.counts) {
    row.forEach((count, column) => {
      if (count === 0) return;
      indices.push(column);
      data.push(count);
    });
    indptr.push(indices.length);
  }
  return csrSource(matrix, { indptr, indices, data });
}

/** Returns a source over CSR entries, which may contain explicit zeros and unsorted columns. */
export function csrSource(
  matrix: Omit<MemoryMatrix, 'counts'>,
  csr: { indptr: readonly number[]; indices: readonly number[]; data: readonly number[] },
): CountMatrix {
  const nObs = csr.indptr.length - 1;
  const nVars = matrix.genes.length;
  return {
    path: matrix.path ?? 'memory.h5ad',
    format: 'h5ad',
    nObs,
    nVars,
    obs: {
      index: [...(matrix.cells ?? Array.from({ length: nObs }, (_, cell) => `cell${cell}`))],
      columns: new Map(Object.entries(matrix.obs ?? {})),
    },
    var: { index: [...matrix.genes], columns: new Map(Object.entries(matrix.var ?? {})) },
    async *blocks({ rows = 512 } = {}) {
      for (let rowStart = 0; rowStart < nObs; rowStart += rows) {
        const rowEnd = Math.min(nObs, rowStart + rows);
        const start = csr.indptr[rowStart];
        const end = csr.indptr[rowEnd];
        const block: CsrBlock = {
          rowStart,
          rows: rowEnd - rowStart,
          cols: nVars,
          indptr: Int32Array.from(csr.indptr.slice(rowStart, rowEnd + 1), (at) => at - start),
          indices: Int32Array.from(csr.indices.slice(start, end)),
          data: Float32Array.from(csr.data.slice(start, end)),
        };
        yield await Promise.resolve(block);
      }
    },
    close: () => Promise.resolve(),
  };
}

export const numbers = (...values: number[]): Column => ({ kind: 'number', values: Float64Array.from(values) });
export const strings = (...values: (string | null)[]): Column => ({ kind: 'string', values });
