import type { ByteSource } from '@geneformer-ts/core';
import { readFile } from '@geneformer-ts/core/system';
import type { FolderInput } from '@geneformer-ts/io';
import { AnnData, toCategorical } from '@geneformer-ts/io/anndata';

/** Runs on disk and in the files of a page. */
export interface Place {
  /** Returns the path of a file to write. */
  at: (name: string) => string;
  /** Returns what opens a file that was written. */
  reopen: (path: string) => string | ByteSource;
}

/**
 * Writes the cells of a file as a person does who saves, computes more and saves again, also over the former output, and who opens what
 * was saved. Returns the bytes of each output.
 */
export async function writeSeveralTimes(
  input: string | ByteSource | FolderInput,
  { at, reopen }: Place,
): Promise<Uint8Array[]> {
  const outputs: Uint8Array[] = [];
  const save = async (cells: AnnData, name: string): Promise<void> => {
    await cells.write(at(name));
    outputs.push(await readFile(at(name)));
  };
  const cells = await AnnData.open(input);
  const rows = [...cells.obs.index.keys()];
  await save(cells, 'first.h5ad');
  cells.obs.set('page_label', toCategorical(rows.map((row) => (row % 3 === 2 ? null : `type ${row % 3}`))));
  cells.obs.set('page_flag', { kind: 'boolean', values: rows.map((row) => row % 2 === 0) });
  const wide = Float32Array.from({ length: 300 * rows.length }, (_, i) => (i * 7919) % 1013);
  cells.obsm.set('X_page', { rows: rows.length, cols: 300, data: wide });
  await save(cells, 'first.h5ad');
  const numbers = Float64Array.from(rows, (row) => row / 7);
  cells.obs.set('page_label', { kind: 'number', values: numbers }, { replace: true });
  const narrow = { rows: rows.length, cols: 2, data: new Float32Array(2 * rows.length).fill(1.5) };
  cells.obsm.set('X_page', narrow, { replace: true });
  await save(cells, 'second.h5ad');
  // The last output is much shorter than the one that it replaces.
  await save(cells, 'first.h5ad');
  await cells.close();
  const again = await AnnData.open(reopen(at('first.h5ad')));
  again.obs.set(
    'again',
    again.obs.index.map((name) => `${name} again`),
  );
  await save(again, 'third.h5ad');
  await again.close();
  return outputs;
}
