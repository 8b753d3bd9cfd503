/** Draws cells from measured mean profiles and presents them as an ordinary cell source. */
import type { Progress } from '@geneformer-ts/core';
import { readPickledDictionary, type CellSource } from '@geneformer-ts/io';
import { drawCells } from '@geneformer-ts/simulate';
import { DataError } from '../errors.js';
import type { DrawnParams } from '../stages/data.params.js';
import { assetFile } from './assets.js';
import { dataFile } from './data-file.js';
import { PROFILE_COLUMN } from './held-out.js';
import { readProfiles, type Profiles } from './read-profiles.js';

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
): Promise<CellSource> {
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
