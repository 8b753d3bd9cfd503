import { ArgumentError, FormatError, listSome } from '@geneformer-ts/core';
import type { Orientation } from '../source.js';

/** The names on both axes of a dense text table. */
export interface Axes {
  path: string;
  /** Names of the columns, without the corner. */
  across: string[];
  /** Names of the lines. */
  down: string[];
}

const ORIENTATIONS: readonly Orientation[] = ['genes-by-cells', 'cells-by-genes'];
const GENE = /^(ENS[A-Z]*G\d{11}|ERCC-\d{5})(\.\d+)?$/;
/** Genes that nearly every data set has, by their symbols: ribosomal and mitochondrial proteins and a few more. */
const COMMON =
  /^(RP[LS]\d+[AXYKL]?\d*|MT-(ND[1-6]L?|CO[1-3]|ATP[68]|CYB)|ACTB|GAPDH|B2M|EEF1A1|TMSB4X|MALAT1|FTL|FTH1)$/i;
const BARCODE = /^([^ACGTN]*[_:-])?[ACGTN]{8,}([_-].*)?$/;

/**
 * Which way round a table is: as asked for, else from the identifiers or common symbols of genes, from barcodes, or from the
 * cells that a metadata table names.
 *
 * @param ids lists of names, one of which holds every cell
 * @throws ArgumentError when nothing tells, or when the names say the opposite of what was asked for
 */
export function orient(axes: Axes, asked: Orientation | undefined, ids: readonly (readonly string[])[]): Orientation {
  if (asked !== undefined && !ORIENTATIONS.includes(asked)) {
    const problem = `'${String(asked)}' is unknown`;
    throw new ArgumentError('orientation', problem, `use '${ORIENTATIONS.join("' or '")}'`);
  }
  const seen = fromGenes(axes);
  if (asked !== undefined && seen !== undefined && seen !== asked) {
    const problem = `is given as '${asked}', but identifiers of genes are ${asked === 'genes-by-cells' ? 'across' : 'down'}`;
    throw new ArgumentError('orientation', `${problem} in ${axes.path}`, `leave it out or set it to '${seen}'`);
  }
  const found = asked ?? seen ?? fromCells(axes, ids) ?? fromBarcodes(axes);
  if (found !== undefined) return found;
  throw new ArgumentError(
    'orientation',
    `cannot be told from the names in ${axes.path} ('${axes.down[0] ?? ''}' down, '${axes.across[0] ?? ''}' across)`,
    "set it to 'genes-by-cells' or 'cells-by-genes'",
  );
}

function fromGenes({ down, across }: Axes): Orientation | undefined {
  const most = (names: string[]): boolean => names.filter((name) => GENE.test(name)).length > names.length / 2;
  const some = (names: string[]): boolean => names.filter((name) => COMMON.test(name)).length >= 3;
  return (
    pick(most(down), most(across)) ??
    // Metadata columns may outnumber the genes of a small table.
    pick(
      down.some((name) => GENE.test(name)),
      across.some((name) => GENE.test(name)),
    ) ??
    pick(some(down), some(across))
  );
}

function fromCells({ down, across }: Axes, ids: readonly (readonly string[])[]): Orientation | undefined {
  const known = ids.map((names) => new Set(names));
  const found = (names: string[]): boolean =>
    names.length > 0 && known.some((set) => names.every((name) => set.has(name)));
  return pick(found(down), found(across), true);
}

function fromBarcodes({ down, across }: Axes): Orientation | undefined {
  const most = (names: string[]): boolean => names.filter((name) => BARCODE.test(name)).length > names.length / 2;
  return pick(most(down), most(across), true);
}

/** The orientation when one axis alone has what was looked for: genes, or `cells`. */
function pick(down: boolean, across: boolean, cells = false): Orientation | undefined {
  if (down === across) return undefined;
  return down !== cells ? 'genes-by-cells' : 'cells-by-genes';
}

/** Words of which names of metadata columns and of counters' summary lines are made. */
const METADATA = new Set(
  `ncount nfeature ncounts ngenes counts umis numis percent pct mito mt ribo cluster clusters batch donor sample patient plate
  well lane age sex gender condition treatment disease tissue organ louvain leiden umap tsne pca doublet doublets barcode cell
  celltype label annotation phase score stage time total library unmapped multimapping nofeature ambiguous aligned unique quality
  aqual unassigned size factor orig ident seurat`.split(/\s+/),
);
const SINGLE =
  /^(age|sex|gender|batch|donor|sample|patient|plate|well|lane|clusters?|condition|treatment|disease|tissue|organ|louvain|leiden|doublets?|barcode|cell|cell_?type|label|labels|annotation|phase|class|n_?(counts?|genes?|umis?)(_.*)?|total(_.*)?|(umap|tsne|pc)_\d+)$/i;
const SUMMARY =
  /^(__(no_feature|ambiguous|too_low_aQual|not_aligned|alignment_not_unique)|N_(unmapped|multimapping|noFeature|ambiguous)|Unassigned_\w+)$/;
const ABOUT_GENES =
  /^(chr|chrom|chromosome|start|end|strand|length|gene_?length|gene_?(names?|ids?|symbols?|types?)|symbols?|description|biotype|gene_?biotype|entrez(_?id)?|ensembl(_?id)?)$/i;

/** Whether a name on the axis of genes is of something else: `n_counts`, `percent.mt`, `seurat_clusters`, `__no_feature`. */
export function isMetadata(name: string): boolean {
  if (GENE.test(name)) return false;
  if (SINGLE.test(name) || SUMMARY.test(name)) return true;
  const words = name
    .toLowerCase()
    .split(/[._\s%]+/)
    .filter((word) => word !== '');
  return words.length > 1 && words.some((word) => METADATA.has(word)) && !isSymbol(name);
}

/** Whether a name can be the symbol of a gene: `HLA-DRA`, `AC012345.6`, `Cd3e`; not `S_score` or `percent.myo`. */
export function isSymbol(name: string): boolean {
  return GENE.test(name) || /^[A-Z0-9][A-Za-z0-9]*([-.][A-Z0-9][A-Za-z0-9]*)*([@?])?$/.test(name);
}

/**
 * Refuses columns or lines that would be counted as genes or as cells and are neither.
 * @throws FormatError that lists them
 */
export function checkAxes(axes: Axes, orientation: Orientation): void {
  const byCells = orientation === 'cells-by-genes';
  const [genes, cells] = byCells ? [axes.across, axes.down] : [axes.down, axes.across];
  const kinds = byCells ? { genes: 'columns', cells: 'lines' } : { genes: 'lines', cells: 'columns' };
  const notGenes = genes.filter(isMetadata);
  if (notGenes.length > 0) throw notGenesError(axes.path, notGenes, kinds.genes);
  const notCells = cells.filter((name) => ABOUT_GENES.test(name));
  if (notCells.length > 0) {
    throw new FormatError(
      axes.path,
      `${kinds.cells} ${listSome(notCells)}`,
      'describe genes and would be read as cells',
      `write the counts without these ${kinds.cells}`,
    );
  }
}

export function notGenesError(path: string, names: readonly string[], kind: string): FormatError {
  return new FormatError(
    path,
    `${kind} ${listSome(names)}`,
    'hold something about the cells, not genes, and would enter the totals',
    `write the counts without these ${kind}; a table of their own can be joined with the option 'obs'`,
  );
}

const CORNER =
  /^(|#?\s*(gene|genes|gene_?ids?|gene_?names?|gene_?symbols?|symbols?|ensembl(_?id)?|ids?|index|names?|features?|cells?|cell_?ids?|cell_?names?|barcodes?|x|rownames|unnamed: 0))$/i;

/**
 * Refuses a table whose first line has numbers where names should be: it is a gene or a cell, and would be lost.
 * @param corner the first field when the header has one for the column of names
 */
export function checkHeader(path: string, line: number, corner: string | undefined, names: readonly string[]): void {
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
  if (corner === undefined || CORNER.test(corner) || names.length === 0) return;
  if (!names.every((name) => number.test(name))) return;
  throw new FormatError(
    path,
    `line ${line}`,
    `has only numbers behind '${corner}', so the table has no header line`,
    'add a line with a name for every column; leave its first field empty if the columns are called by numbers',
  );
}
