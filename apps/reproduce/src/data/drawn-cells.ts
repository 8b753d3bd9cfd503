/** Draws cells from measured mean profiles and presents them as an ordinary cell source. */
import type { Progress } from '@geneformer-ts/core';
import { type CountMatrix, columnAsStrings, readPickledDictionary } from '@geneformer-ts/io';
import { drawCells } from '@geneformer-ts/simulate';
import type { TokenizedDataset } from '@geneformer-ts/tokenizer';
import { DataError } from '../errors.js';
import type { DrawnParams } from '../stages/data.params.js';
import { assetFile, dataFile } from './data-files.js';
import { type Profiles, readProfiles } from './read-profiles.js';

/** Returns a map from gene symbol to Ensembl id. Where several dictionaries have a symbol, the first one given decides. */
export async function readSymbols(assets: readonly string[], progress: Progress): Promise<Map<string, string>> {
  const symbols = new Map<string, string>();
  for (const id of assets) {
    for (const [symbol, gene] of await readPickledDictionary(await assetFile(id, progress))) {
      if (!symbols.has(symbol)) symbols.set(symbol, String(gene));
    }
  }
  return symbols;
}

/**
 * Draws cells from the mean profiles of one table.
 * @param set the number of the table, so that each table gets random numbers of its own
 * @throws DataError when a profile has no gene that the dictionaries know
 */
export async function drawnCells(
  params: DrawnParams,
  symbols: ReadonlyMap<string, string>,
  seed: number,
  set: number,
): Promise<CountMatrix> {
  const { path, cellsPerProfile, depth } = params;
  const { ids, names, values } = withIds(await readProfiles(dataFile(path)), symbols);
  const empty = names.find((_, at) => values[at].every((value) => value === 0));
  if (empty !== undefined) throw new DataError(path, empty, 'no gene of this profile is known; drop it from the table');
  const owner = names.flatMap((name) => Array<string>(cellsPerProfile).fill(name));
  return {
    path,
    format: 'csv',
    nObs: owner.length,
    nVars: ids.length,
    obs: {
      index: owner.map((name, row) => `${name}#${row % cellsPerProfile}`),
      columns: new Map([[PROFILE_COLUMN, { kind: 'string', values: owner }]]),
    },
    var: { index: ids, columns: new Map() },
    async *blocks() {
      for (const [at, profile] of values.entries()) {
        const drawn = drawCells(profile, { cells: cellsPerProfile, depth, seed, stream: set * 100_000 + at });
        yield { rowStart: at * cellsPerProfile, ...drawn };
      }
    },
    close: async () => undefined,
  };
}

/** Returns the profiles by Ensembl id: drops symbols that no dictionary has, and sums symbols of the same gene. */
function withIds({ genes, names, values }: Profiles, symbols: ReadonlyMap<string, string>) {
  const place = new Map<string, number>();
  const target = genes.map((gene) => {
    const id = /^ENSG\d{11}$/.test(gene) ? gene : symbols.get(gene);
    if (id === undefined) return -1;
    if (!place.has(id)) place.set(id, place.size);
    return place.get(id)!;
  });
  const merged = values.map((profile) => {
    const sums = new Float64Array(place.size);
    target.forEach((to, from) => {
      if (to >= 0) sums[to] += profile[from];
    });
    return sums;
  });
  return { ids: [...place.keys()], names, values: merged };
}

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
