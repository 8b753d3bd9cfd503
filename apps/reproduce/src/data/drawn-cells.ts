/** Cells drawn from measured mean profiles, as a source like any other. */
import type { Progress } from '@geneformer-ts/core';
import { readPickledDictionary, type CellSource } from '@geneformer-ts/io';
import { drawCells } from '@geneformer-ts/simulate';
import { DataError } from '../errors.js';
import type { DrawnParams } from '../stages/data.params.js';
import { assetFile } from './assets.js';
import { dataFile } from './data-file.js';
import { PROFILE_COLUMN } from './held-out.js';
import { readProfiles, type Profiles } from './read-profiles.js';

/** Gene symbol → Ensembl id, by the published dictionaries in the order given: the first that has a symbol decides. */
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
 * @param set tells the draws of several tables apart
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

/** The profiles by Ensembl id: symbols that no dictionary has are left out, those of one gene are added up. */
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
