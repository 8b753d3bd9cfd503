import { type CellSource, columnAsStrings, otherFeatureTypes } from '@geneformer-ts/io';
import { ColumnError, GeneIdsMissingError } from '../errors.js';
import { isEnsemblId, isHumanEnsemblId, speciesOf } from './gene-id.js';

/** Where the ids of the genes are: the var index, a named var column, or (left out) wherever they are found. */
export type GeneIdOption = 'index' | { column?: string };

export interface GeneIds {
  /** One a column of the matrix; '' where the file has none, and for features that are not genes. */
  ids: string[];
  /** 'var index' or 'var column …'. */
  from: string;
}

interface Candidate extends GeneIds {
  /** Whether common tools store gene ids under this name. */
  usual: boolean;
}

/** Names under which common tools store gene ids, most specific first. */
const ID_COLUMNS = ['ensembl_id', 'ensembl_gene_id', 'ensembl', 'gene_ids', 'gene_id', 'feature_id'];
const SYMBOL_COLUMNS = ['gene_symbol', 'gene_symbols', 'symbol', 'gene_name', 'feature_name'];

/** Values of a column that are looked at first; a column without an id among them is not read further. */
const SAMPLE = 4096;
/** A column of an unusual name must have this many times the ids of the usual ones: it may hold ids of other genes. */
const CLEARLY_MORE = 10 / 9;
/** Columns, and values of each, that an error shows. */
const SHOWN_COLUMNS = 8;
const SHOWN_VALUES = 2;
/** Least share of symbols among the values of a column that is recommended as symbols. */
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
 * The gene ids of a file. Without an option every text column of `var` and its index are searched, whatever they are called:
 * the one with most recognised genes is taken, the usual names first where others do not have clearly more. Features that
 * are not gene expression have no ids.
 *
 * @param isKnown whether an id means a gene to whoever asks
 * @param isSymbol whether a text is the symbol of a known gene, for the remedy when there are no ids; never when left out
 * @throws ColumnError when a named column is absent
 * @throws GeneIdsMissingError when nothing in the file is known or reads as an Ensembl id
 */
export function readGeneIds(
  source: CellSource,
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
        ? `none of its features is gene expression (${others[0]}): open a file with gene expression`
        : remedyFor(candidates, acceptSymbols, isSymbol),
    );
  }
  const { ids, from } = best.usual ? best : (ofAnotherSpecies(candidates, best) ?? best);
  return { ids, from };
}

function fromColumn(source: CellSource, name: string, isGene: (feature: number) => boolean): GeneIds {
  const column = source.var.columns.get(name);
  if (column === undefined) {
    const there = [...source.var.columns.keys()].join(', ') || 'none';
    throw new ColumnError(
      source.path,
      name,
      `no var column ${name} to take gene ids from; var columns: ${there}, or use geneIds 'index'`,
    );
  }
  return { ids: cleaned(columnAsStrings(column), isGene), from: `var column ${name}` };
}

/** The columns of usual names, the index, and every other text column in the order of the file. */
function candidatesOf(source: CellSource, acceptSymbols: boolean, isGene: (feature: number) => boolean): Candidate[] {
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

/** The candidate with the most ids that pass, the first among equals; none when no id passes. */
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
 * The usual candidate whose ids are mostly of another species than those of `found`, which then holds orthologues: taking
 * these would turn the genes of a mouse into human ones.
 */
function ofAnotherSpecies(candidates: readonly Candidate[], found: Candidate): Candidate | undefined {
  if (countWhere(found.ids, isHumanEnsemblId) === 0) return undefined;
  return candidates.find(({ usual, ids }) => {
    if (!usual) return false;
    const foreign = countWhere(ids, (id) => isGeneId(id) && !isHumanEnsemblId(id));
    return foreign * 2 > countWhere(ids, () => true);
  });
}

/** `var index ("ACTB", "GAPDH")` for each of the first columns. */
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
  const add = 'add a var column ensembl_id of Ensembl gene ids (ENSG…)';
  const symbols = candidates.find(({ ids }) => countWhere(ids, isSymbol) > MOSTLY * countWhere(ids, () => true));
  if (acceptSymbols || symbols === undefined) return add;
  return `the ${symbols.from} holds gene symbols: set the option symbols to accept them, or ${add}`;
}
