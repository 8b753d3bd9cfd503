import { describe, expect, test } from '@jest/globals';
import { scratch } from '../../testing/folder.js';
import { openAnnData } from '../open.js';
import { writeH5ad } from './write.js';

const at = scratch();

describe('the arguments for opening the same matrix in another thread', () => {
  test('open the rows without the tables of cells and genes', async () => {
    await writeH5ad(at('cells.h5ad'), {
      obs: { index: ['a', 'b', 'c'], columns: new Map() },
      var: { index: ['x', 'y'], columns: new Map() },
      blocks: [
        {
          rowStart: 0,
          rows: 3,
          cols: 2,
          indptr: Int32Array.of(0, 1, 1, 3),
          indices: Int32Array.of(1, 0, 1),
          data: Float32Array.of(5, 6, 7),
        },
      ],
    });
    const source = await openAnnData(at('cells.h5ad'));
    const { path, options } = source.reopen!;
    await source.close();

    const again = await openAnnData(path, structuredClone(options));
    expect([again.nObs, again.nVars]).toEqual([3, 2]);
    expect([again.obs.index, again.var.index]).toEqual([[], []]);
    for await (const block of again.blocks({ from: 2, to: 3 })) {
      expect([...block.indices]).toEqual([0, 1]);
      expect([...block.data]).toEqual([6, 7]);
    }
    await again.close();
  });
});
