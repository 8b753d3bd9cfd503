import { sha256 } from '@geneformer-ts/core/node';
import { FieldMissingError, openDataset, openListColumn } from '@geneformer-ts/io';
import type { CellStore } from './cells.js';

export interface CellStoreOptions {
  /** Whether to hold the names of the cells in memory, when the dataset has them; default true. */
  cellIds?: boolean;
}

/** Cells left on disk; close it when it is no longer read. */
export interface OpenCellStore extends CellStore {
  close(): void;
}

/**
 * Opens a tokenised dataset without reading its tokens, for data larger than memory: training, prediction and embedding take it where
 * they take cells, and read each batch's rows when they come to it. What is held is some 16 bytes a cell, and its name.
 *
 * ```ts
 * const cells = await openCellStore('corpus.dataset');
 * await pretrain(model, cells, { tokensPerBatch: 8192 });
 * for await (const { cells: rows, data } of embedBatches(model, cells)) await write(rows, data);
 * cells.close();
 * ```
 *
 * @throws the io package's errors when the folder is no dataset, or has no lists of `input_ids`
 */
export async function openCellStore(dir: string, { cellIds = true }: CellStoreOptions = {}): Promise<OpenCellStore> {
  const column = await openListColumn(dir, 'input_ids');
  try {
    const vocabularyDigest = column.metadata['vocabulary_digest'];
    const names = cellIds ? await cellNames(dir) : null;
    const { lengths } = column;
    const bytes = new Uint8Array(lengths.buffer, lengths.byteOffset, lengths.byteLength);
    // A digest of the tokens would take as long as training over them: the writer's own, and the lengths, must do.
    return {
      lengths,
      copy: (cell, count, target, at) => column.read(cell, count, target, at),
      digest: sha256(`${sha256(bytes)} ${vocabularyDigest ?? ''} ${column.fingerprint}`),
      ...(vocabularyDigest && { vocabularyDigest }),
      ...(names && { cellIds: names }),
      close: () => column.close(),
    };
  } catch (error) {
    column.close();
    throw error;
  }
}

async function cellNames(dir: string): Promise<string[] | null> {
  const dataset = await openDataset(dir, { columns: ['cell_id'] }).catch((error: unknown) => {
    if (error instanceof FieldMissingError) return null;
    throw error;
  });
  if (!dataset) return null;
  const names: string[] = [];
  for await (const { columns } of dataset.batches()) {
    for (const name of columns['cell_id'] as (string | null)[]) names.push(String(name));
  }
  return names;
}
