import { type CountMatrix, columnAsStrings, otherFeatureTypes } from '@geneformer-ts/io';
import { ColumnError, GeneIdsMissingError } from '../errors.js';
import { isEnsemblId, isHumanEnsemblId, speciesOf } from './gene-id.js';

/** Where the gene ids are: the var index or a var column. Without a column they are searched for. */
export type GeneIdOption = 'index' | { column?: string };

/** The gene ids of a file and their source. */
export interface GeneIds {
  /** One id per column of the matrix; '' if the file has none, and for features that are not genes. */
  ids: string[];
  /** 'var index' or 'var column …'. */
  from: string;
}

interface Candidate extends GeneIds {
  /** Whether common tools store gene ids in a column of this name. */
  usual: boolean;
}

/** Names of columns in which common tools store gene ids, the most specific first. */
const ID_COLUMNS = ['ensembl_id', 'ensembl_gene_id', 'ensembl', 'gene_ids', 'gene_id', 'feature_id'];
const SYMBOL_COLUMNS = ['gene_symbol', 'gene_symbols', 'symbol', 'gene_name', 'feature_name'];

/** Number of values of a column to test first; a column without an id among them is skipped. */
const SAMPLE = 4096;
/** A column with an unusual name must have this many times as many ids as the usual ones: it may contain ids of other genes. */
const CLEARLY_MORE = 10 / 9;
/** Number of columns that an error lists, and of values per column. */
const SHOWN_COLUMNS = 8;
const SHOWN_VALUES = 2;
/** Minimum share of gene symbols in a column that an error recommends as symbols. */
const MOSTLY = 0.2;

const BLANK = /^(|na|nan|none|null)$/i;

function cleaned(values: readonly (string | null)[], isGene: (feature: number) => boolean): string[] {
  return values.map((value, feature) => {
    if (!isGene(feature)) return '';
    let id = (value ?? '').trim();
    const quote = id[0];
    if ((quote === '"' || quote === "'") && id.length > 1 && id.endsWith(quote)) id = id.slice(1, -1).trim();
    return BLANK.test(id) ? '' : id;
  });
}

/**
 * Returns the gene ids of a file. Without an option, all text columns of `var` and its index are searched: the one with the
 * most recognized genes is used, and columns with usual names are preferred unless another has clearly more. Features other
 * than gene expression have no ids.
 *
 * @param isKnown whether an id is that of a known gene
 * @param isSymbol whether a text is the symbol of a known gene, for the remedy without ids; default never
 * @throws ColumnError if a named column is absent
 * @throws GeneIdsMissingError if the file has neither known ids nor Ensembl ids
 */
export function readGeneIds(
  source: CountMatrix,
  isKnown: (id: string) => boolean,
  option: GeneIdOption | undefined,
  acceptSymbols: boolean,
  isSymbol: (id: string) => boolean = () => false,
): GeneIds {
  const others = otherFeatureTypes(source.var);
  const isGene = (feature: number): boolean => others?.[feature] === undefined;
  const index = (): GeneIds => ({ ids: cleaned(source.var.index, isGene), from: 'var index' });
  if (option === 'index') return index();
  if (option?.column !== undefined) return fromColumn(source, option.column, isGene);

  const candidates = candidatesOf(source, acceptSymbols, isGene);
  const best = mostOf(candidates, isKnown) ?? mostOf(candidates, isGeneId) ?? mostOf(candidates, isEnsemblId);
  if (best === undefined) {
    throw new GeneIdsMissingError(
      source.path,
      candidates.map(({ from }) => from),
      source.var.index.slice(0, 5),
      shownValues(candidates),
      others && !others.includes(undefined)
        ? `none of its features is gene expression (found ${others[0]}): open a file with gene expression`
        : remedyFor(candidates, acceptSymbols, isSymbol),
    );
  }
  const { ids, from } = best.usual ? best : (ofAnotherSpecies(candidates, best) ?? best);
  return { ids, from };
}

function fromColumn(source: CountMatrix, name: string, isGene: (feature: number) => boolean): GeneIds {
  const column = source.var.columns.get(name);
  if (column === undefined) {
    const present = [...source.var.columns.keys()].join(', ') || 'none';
    throw new ColumnError(
      source.path,
      name,
      `var column ${name} not found; give geneIds 'index', or one of the var columns: ${present}`,
    );
  }
  return { ids: cleaned(columnAsStrings(column), isGene), from: `var column ${name}` };
}

/** Returns the columns with usual names, then the index, then the other text columns in file order. */
function candidatesOf(source: CountMatrix, acceptSymbols: boolean, isGene: (feature: number) => boolean): Candidate[] {
  const { columns, index } = source.var;
  const names = acceptSymbols ? [...ID_COLUMNS, ...SYMBOL_COLUMNS] : ID_COLUMNS;
  const usual = names.filter((name) => columns.has(name));
  const texts = [...columns].filter(([, { kind }]) => kind === 'string' || kind === 'categorical');
  const others = texts.map(([name]) => name).filter((name) => !usual.includes(name));
  return [
    ...usual.map((name) => ({ ...fromColumn(source, name, isGene), usual: true })),
    { ids: cleaned(index, isGene), from: 'var index', usual: true },
    ...others.map((name) => ({ ...fromColumn(source, name, isGene), usual: false })),
  ];
}

const isGeneId = (id: string): boolean => speciesOf(id) !== undefined;

function countWhere(ids: readonly string[], test: (id: string) => boolean): number {
  let sampled = 0;
  const step = Math.ceil(ids.length / SAMPLE);
  for (let i = 0; i < ids.length; i += step) if (ids[i] !== '' && test(ids[i])) sampled++;
  if (sampled === 0 || step <= 1) return sampled;
  let count = 0;
  for (const id of ids) if (id !== '' && test(id)) count++;
  return count;
}

/** Returns the candidate with the most ids that pass, the first among equals; undefined if no id passes. */
function mostOf(candidates: readonly Candidate[], test: (id: string) => boolean): Candidate | undefined {
  const best: Partial<Record<'usual' | 'other', { candidate: Candidate; count: number }>> = {};
  for (const candidate of candidates) {
    const group = candidate.usual ? 'usual' : 'other';
    const count = countWhere(candidate.ids, test);
    if (count > (best[group]?.count ?? 0)) best[group] = { candidate, count };
  }
  const { usual, other } = best;
  if (usual === undefined || other === undefined) return (usual ?? other)?.candidate;
  return (other.count > usual.count * CLEARLY_MORE ? other : usual).candidate;
}

/**
 * Returns a usual candidate whose ids mostly belong to another species than those of `found`. In that case `found` contains
 * orthologs, and using them would turn mouse genes into human genes.
 */
function ofAnotherSpecies(candidates: readonly Candidate[], found: Candidate): Candidate | undefined {
  if (countWhere(found.ids, isHumanEnsemblId) === 0) return undefined;
  return candidates.find(({ usual, ids }) => {
    if (!usual) return false;
    const foreign = countWhere(ids, (id) => isGeneId(id) && !isHumanEnsemblId(id));
    return foreign * 2 > countWhere(ids, () => true);
  });
}

/** Returns the first columns with their first values, such as `var index ("ACTB", "GAPDH")`. */
function shownValues(candidates: readonly Candidate[]): string {
  const shown = candidates.slice(0, SHOWN_COLUMNS).map(({ from, ids }) => {
    const values = ids.filter((id) => id !== '').slice(0, SHOWN_VALUES);
    return `${from} (${values.map((value) => JSON.stringify(value)).join(', ') || 'empty'})`;
  });
  const more = candidates.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more columns` : ''}`;
}

function remedyFor(
  candidates: readonly Candidate[],
  acceptSymbols: boolean,
  isSymbol: (id: string) => boolean,
): string {
  const add = 'add a var column ensembl_id with Ensembl gene ids (ENSG…)';
  const symbols = candidates.find(({ ids }) => countWhere(ids, isSymbol) > MOSTLY * countWhere(ids, () => true));
  if (acceptSymbols || symbols === undefined) return add;
  return `the ${symbols.from} contains gene symbols: set the option symbols to accept them, or ${add}`;
}
