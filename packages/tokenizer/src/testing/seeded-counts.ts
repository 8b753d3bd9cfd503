import type { CsrBlock, H5adContents } from '@geneformer-ts/io';
import { ensg } from './vocabularies.js';

/** Returns random counts from a seed, for large files: about a third of the genes in every cell. */
export function seededCounts({ cells, genes, seed }: { cells: number; genes: number; seed: number }) {
  const ids = Array.from({ length: genes }, (_, gene) => ensg(1000 - gene));

  /** @param wrong an invalid value to insert as the first entry of a row */
  function contents(wrong?: { row: number; value: number }): H5adContents {
    let state = seed;
    const draw = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const indptr = [0];
    const indices: number[] = [];
    const data: number[] = [];
    for (let row = 0; row < cells; row++) {
      if (row === wrong?.row) {
        indices.push(0);
        data.push(wrong.value);
      }
      for (let gene = 1; gene < genes; gene++) {
        if (draw(3) > 0) continue;
        indices.push(gene);
        data.push(1 + draw(9));
      }
      indptr.push(indices.length);
    }
    const block: CsrBlock = {
      rowStart: 0,
      rows: cells,
      cols: genes,
      indptr: Int32Array.from(indptr),
      indices: Int32Array.from(indices),
      data: Float32Array.from(data),
    };
    return {
      obs: { index: Array.from({ length: cells }, (_, cell) => `c${cell}`), columns: new Map() },
      var: { index: ids, columns: new Map() },
      blocks: [block],
    };
  }

  return { genes: ids, contents };
}
