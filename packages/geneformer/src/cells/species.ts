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
 * Returns a matrix whose genes have human ids. Human genes stay as they are.
 *
 * @param species default: mouse if most gene ids or symbols are those of mouse genes, else human
 * @throws CellsUnfitError if mouse genes have no symbols, which the table of orthologs needs
 */
export async function humanGenes(matrix: CountMatrix, species?: Species): Promise<HumanGenes> {
  if (species !== undefined) checkChoice('species', species, ['human', 'mouse']);
  if (species === 'human' || (species === undefined && !(await looksLikeMouse(matrix.var)))) {
    return { matrix, species: 'human' };
  }
  const orthologs = await mouseOrthologs();
  const symbols = await symbolsOf(matrix.var);
  if (symbols === undefined) {
    const problem = 'the genes are those of mouse, but no column of var contains mouse gene symbols';
    throw new CellsUnfitError(
      matrix.path,
      'var',
      problem,
      'add a column with symbols (Actb, Cd3e), or give species human',
    );
  }
  const index = symbols.map((symbol) => orthologs.get(symbol ?? '') ?? '');
  const genes = index.reduce((sum, id) => sum + (id === '' ? 0 : 1), 0);
  const mapped = { genes, of: matrix.nVars };
  return { matrix: { ...matrix, var: { index, columns: new Map() } }, species: 'mouse', mapped };
}

async function looksLikeMouse(genes: DataFrame): Promise<boolean> {
  const texts = textsOf(genes);
  if (texts.some((values) => shareOf(values, (id) => /^ENSMUSG\d/.test(id)) > MOSTLY)) return true;
  if (texts.some((values) => shareOf(values, (id) => /^ENSG\d/.test(id)) > MOSTLY)) return false;
  return (await symbolsOf(genes)) !== undefined;
}

/** Returns the index or column with the most mouse symbols, if they are enough. */
async function symbolsOf(genes: DataFrame): Promise<(string | null)[] | undefined> {
  const orthologs = await mouseOrthologs();
  const rated = textsOf(genes).map((values) => ({ values, share: shareOf(values, (id) => orthologs.has(id)) }));
  const best = rated.reduce((a, b) => (b.share > a.share ? b : a));
  return best.share > MOSTLY ? best.values : undefined;
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
