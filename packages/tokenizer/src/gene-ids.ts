import { columnAsStrings, type CellSource } from '@geneformer-ts/io';
import { ColumnError, GeneIdsMissingError } from './errors.js';

/** Where the ids of the genes are: the var index, a named var column, or (left out) wherever they are found. */
export type GeneIdOption = 'index' | { column?: string };

export interface GeneIds {
  /** One a column of the matrix; '' where the file has none. */
  ids: string[];
  /** 'var index' or 'var column …'. */
  from: string;
}

/** Names under which common tools store gene ids, most specific first. */
const ID_COLUMNS = ['ensembl_id', 'ensembl_gene_id', 'ensembl', 'gene_ids', 'gene_id', 'feature_id'];
const SYMBOL_COLUMNS = ['gene_symbol', 'gene_symbols', 'symbol', 'gene_name', 'feature_name'];

const ENSEMBL = /^ENS[A-Z]*\d{6,}(\.\d+)?$/i;
const VERSIONED = /^(ENS[A-Z]*\d{6,})\.\d+$/i;
const HUMAN = /^ENSGR?\d{6,}(\.\d+)?$/i;
const BLANK = /^(|na|nan|none|null)$/i;

/** Whether this is an Ensembl id of any species, versioned or not. */
export function isEnsemblId(id: string): boolean {
  return ENSEMBL.test(id);
}

/** Whether this is an Ensembl id of a human gene, versioned or not. */
export function isHumanEnsemblId(id: string): boolean {
  return HUMAN.test(id);
}

/** ENSG00000141510.17 → ENSG00000141510; anything else as it is. */
export function withoutVersion(id: string): string {
  return VERSIONED.exec(id)?.[1] ?? id;
}

function cleaned(values: readonly (string | null)[]): string[] {
  return values.map((value) => {
    const id = (value ?? '').trim();
    return BLANK.test(id) ? '' : id;
  });
}

function fromColumn(source: CellSource, name: string): GeneIds {
  const column = source.var.columns.get(name);
  if (column === undefined) {
    const there = [...source.var.columns.keys()].join(', ') || 'none';
    throw new ColumnError(
      source.path,
      name,
      `no var column ${name} to take gene ids from; var columns: ${there}, or use geneIds 'index'`,
    );
  }
  return { ids: cleaned(columnAsStrings(column)), from: `var column ${name}` };
}

const fromIndex = (source: CellSource): GeneIds => ({ ids: cleaned(source.var.index), from: 'var index' });

function countWhere(ids: readonly string[], test: (id: string) => boolean): number {
  let count = 0;
  for (const id of ids) if (id !== '' && test(id)) count++;
  return count;
}

/**
 * The gene ids of a file. Without an option, the column or index in which most genes are recognised.
 *
 * @param isKnown whether an id means a gene to whoever asks
 * @throws ColumnError when a named column is absent
 * @throws GeneIdsMissingError when nothing in the file is known or reads as an Ensembl id
 */
export function readGeneIds(
  source: CellSource,
  isKnown: (id: string) => boolean,
  option: GeneIdOption | undefined,
  acceptSymbols: boolean,
): GeneIds {
  if (option === 'index') return fromIndex(source);
  if (option?.column !== undefined) return fromColumn(source, option.column);

  const names = acceptSymbols ? [...ID_COLUMNS, ...SYMBOL_COLUMNS] : ID_COLUMNS;
  const candidates = names.filter((name) => source.var.columns.has(name)).map((name) => fromColumn(source, name));
  candidates.push(fromIndex(source));
  const best = mostOf(candidates, isKnown) ?? mostOf(candidates, isEnsemblId);
  if (best !== undefined) return best;
  throw new GeneIdsMissingError(
    source.path,
    candidates.map(({ from }) => from),
    source.var.index.slice(0, 5),
    acceptSymbols
      ? 'name the var column of gene ids with geneIds'
      : 'add a var column ensembl_id or name one with geneIds; gene symbols are read only when asked (symbols)',
  );
}

/** The candidate with the most ids that pass, the first among equals; none when no id passes. */
function mostOf(candidates: readonly GeneIds[], test: (id: string) => boolean): GeneIds | undefined {
  let best: GeneIds | undefined;
  let most = 0;
  for (const candidate of candidates) {
    const count = countWhere(candidate.ids, test);
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}
