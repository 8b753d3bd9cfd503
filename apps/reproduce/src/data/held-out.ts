import type { TokenizedDataset } from '@geneformer-ts/tokenizer';
import { columnAsStrings } from '@geneformer-ts/io';

/** The obs column that names the measured profile from which a cell was drawn. */
export const PROFILE_COLUMN = 'profile';

/**
 * Splits a corpus into training cells and held-out cells for the reported loss. Cells drawn from one profile stay together, so that the loss
 * is measured on cell types that were not trained on. Of other cells every k-th is held out, which takes some cells from each file.
 *
 * @param share the fraction of the corpus to hold out, 0 for none
 */
export function holdOut(corpus: TokenizedDataset, share: number): { train: Int32Array; heldOut: Int32Array } {
  const every = share > 0 ? Math.round(1 / share) : Infinity;
  const column = corpus.attributes.get(PROFILE_COLUMN);
  const profiles = column ? columnAsStrings(column) : [];
  const order = new Map<string, number>();
  const train: number[] = [];
  const heldOut: number[] = [];
  for (let row = 0; row < corpus.cells; row++) {
    const key = profiles[row] || (corpus.cellIds[row] ?? '');
    if (!order.has(key)) order.set(key, order.size);
    (order.get(key)! % every === 0 && every !== Infinity ? heldOut : train).push(row);
  }
  return { train: Int32Array.from(train), heldOut: Int32Array.from(heldOut) };
}
