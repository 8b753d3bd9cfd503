import { checkChoice } from '@geneformer-ts/core';
import { columnAsStrings, type CountMatrix, type DataFrame } from '@geneformer-ts/io';
import { CellsUnfitError } from '../errors.js';
import { mouseOrthologs } from './orthologs.js';

/** Species of the cells. Genes of mouse cells are replaced by their one-to-one human orthologs. */
export type Species = 'human' | 'mouse';

/** The genes of a matrix as the vocabulary names them. */
export interface HumanGenes {
  matrix: CountMatrix;
  species: Species;
  /** Mouse genes with a one-to-one human ortholog, of all genes; undefined for human cells. */
  mapped?: { genes: number; of: number };
}

/** Share of the genes that must look like mouse genes. Human files have a few symbols that are written the same way. */
const MOSTLY = 0.3;

/**
 * Returns a matrix whose genes have human ids. Human genes stay as they are. Mouse genes are found by their Ensembl ids, or by
 * their symbols if these are more.
 *
 * @param species default: mouse if most gene ids or symbols are those of mouse genes, else human
 * @throws CellsUnfitError if `species` is mouse and the genes have neither ids nor symbols of mouse genes
 */
export async function humanGenes(matrix: CountMatrix, species?: Species): Promise<HumanGenes> {
  if (species !== undefined) checkChoice('species', species, ['human', 'mouse']);
  if (species === 'human' || (species === undefined && !(await looksLikeMouse(matrix.var)))) {
    return { matrix, species: 'human' };
  }
  const found = await bestMapping(matrix.var);
  if (found === undefined) {
    const problem = 'no column of var contains ids or symbols of mouse genes with a human ortholog';
    const remedy = 'add a column with ids (ENSMUSG…) or symbols (Actb, Cd3e), or give species human';
    throw new CellsUnfitError(matrix.path, 'var', problem, remedy);
  }
  const index = found.human.map((id) => id ?? '');
  const mapped = { genes: found.genes, of: matrix.nVars };
  return { matrix: { ...matrix, var: { index, columns: new Map() } }, species: 'mouse', mapped };
}

async function looksLikeMouse(genes: DataFrame): Promise<boolean> {
  const texts = textsOf(genes);
  if (texts.some((values) => shareOf(values, (id) => /ENSMUSG\d/.test(id)) > MOSTLY)) return true;
  if (texts.some((values) => shareOf(values, (id) => /ENSG\d/.test(id)) > MOSTLY)) return false;
  const { bySymbol } = await mouseOrthologs();
  return texts.some((values) => shareOf(values, (name) => bySymbol.has(name)) > MOSTLY);
}

/** Human genes of the rows of var. */
interface Mapping {
  human: (string | undefined)[];
  genes: number;
}

/** Returns the human genes by the column, of ids or symbols, that gives the most. */
async function bestMapping(genes: DataFrame): Promise<Mapping | undefined> {
  const { byId, bySymbol } = await mouseOrthologs();
  const lookups = [
    // Cell Ranger writes ids with a genome before them, and other tools with a version behind.
    (name: string): string | undefined => byId.get(/ENSMUSG\d{11}/.exec(name)?.[0] ?? ''),
    (name: string): string | undefined => bySymbol.get(name),
  ];
  const mappings = textsOf(genes).flatMap((values) =>
    lookups.map((lookup): Mapping => {
      const human = values.map((value) => (value === null ? undefined : lookup(value)));
      return { human, genes: human.reduce((sum, id) => sum + (id === undefined ? 0 : 1), 0) };
    }),
  );
  const best = mappings.reduce((a, b) => (b.genes > a.genes ? b : a));
  return best.genes > 0 ? best : undefined;
}

function textsOf({ index, columns }: DataFrame): (string | null)[][] {
  const texts = [...columns.values()].filter(({ kind }) => kind === 'string' || kind === 'categorical');
  return [index, ...texts.map(columnAsStrings)];
}

function shareOf(values: readonly (string | null)[], test: (value: string) => boolean): number {
  let found = 0;
  for (const value of values) if (value !== null && test(value)) found++;
  return found / Math.max(1, values.length);
}
