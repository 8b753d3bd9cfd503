import { ArgumentError, FormatError, listSome } from '@geneformer-ts/core';
import type { Orientation } from '../count-matrix.js';

/** Names on both axes of a dense text table. */
export interface Axes {
  path: string;
  /** Names of the columns, without the top left field. */
  across: string[];
  /** Names of the lines. */
  down: string[];
}

const GENE = /^(ENS[A-Z]*G\d{11}|ERCC-\d{5})(\.\d+)?$/;
/** Symbols of genes that nearly every data set has: ribosomal and mitochondrial proteins and a few more. */
const COMMON =
  /^(RP[LS]\d+[AXYKL]?\d*|MT-(ND[1-6]L?|CO[1-3]|ATP[68]|CYB)|ACTB|GAPDH|B2M|EEF1A1|TMSB4X|MALAT1|FTL|FTH1)$/i;
const BARCODE = /^([^ACGTN]*[_:-])?[ACGTN]{8,}([_-].*)?$/;

/**
 * Returns the orientation of a table. If it is not given, it is detected from gene ids, common gene symbols, cell barcodes or
 * the cells of a metadata table.
 *
 * @param requested orientation given by the caller
 * @param ids lists of names, one of which may contain every cell
 * @throws ArgumentError when the orientation cannot be detected, or when gene ids contradict `requested`
 */
export function orient(
  axes: Axes,
  requested: Orientation | undefined,
  ids: readonly (readonly string[])[],
): Orientation {
  const detected = fromGenes(axes);
  if (requested !== undefined && detected !== undefined && detected !== requested) {
    const problem = `is '${requested}', but gene ids are in the ${requested === 'genes-by-cells' ? 'header' : 'first column'}`;
    throw new ArgumentError('orientation', `${problem} of ${axes.path}`, `omit it or set it to '${detected}'`);
  }
  const found = requested ?? detected ?? fromCells(axes, ids) ?? fromBarcodes(axes);
  if (found !== undefined) return found;
  throw new ArgumentError(
    'orientation',
    `cannot be detected from the names in ${axes.path} (first column: '${axes.down[0] ?? ''}', header: '${axes.across[0] ?? ''}')`,
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

/** Returns the orientation if exactly one axis matches. `cells` says that the match is for cells, not genes. */
function pick(down: boolean, across: boolean, cells = false): Orientation | undefined {
  if (down === across) return undefined;
  return down !== cells ? 'genes-by-cells' : 'cells-by-genes';
}

/** Words in the names of metadata columns and of summary lines of counting tools. */
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

/** Returns whether a name on the axis of genes is not a gene: `n_counts`, `percent.mt`, `seurat_clusters`, `__no_feature`. */
export function isMetadata(name: string): boolean {
  if (GENE.test(name)) return false;
  if (SINGLE.test(name) || SUMMARY.test(name)) return true;
  const words = name
    .toLowerCase()
    .split(/[._\s%]+/)
    .filter((word) => word !== '');
  return words.length > 1 && words.some((word) => METADATA.has(word)) && !isSymbol(name);
}

/** Returns whether a name can be a gene symbol: `HLA-DRA`, `AC012345.6`, `Cd3e`; not `S_score` or `percent.myo`. */
export function isSymbol(name: string): boolean {
  return GENE.test(name) || /^[A-Z0-9][A-Za-z0-9]*([-.][A-Z0-9][A-Za-z0-9]*)*([@?])?$/.test(name);
}

/**
 * Rejects columns or rows that would be read as genes or cells but are neither.
 *
 * @throws FormatError that lists them
 */
export function checkAxes(axes: Axes, orientation: Orientation): void {
  const byCells = orientation === 'cells-by-genes';
  const [genes, cells] = byCells ? [axes.across, axes.down] : [axes.down, axes.across];
  const kinds = byCells ? { genes: 'columns', cells: 'rows' } : { genes: 'rows', cells: 'columns' };
  const notGenes = genes.filter(isMetadata);
  if (notGenes.length > 0) throw notGenesError(axes.path, notGenes, kinds.genes);
  const notCells = cells.filter((name) => ABOUT_GENES.test(name));
  if (notCells.length > 0) {
    throw new FormatError(
      axes.path,
      `${kinds.cells} ${listSome(notCells)}`,
      'describe genes but would be read as cells',
      `write the counts without these ${kinds.cells}`,
    );
  }
}

export function notGenesError(path: string, names: readonly string[], kind: string): FormatError {
  return new FormatError(
    path,
    `${kind} ${listSome(names)}`,
    'describe the cells but would be read as genes',
    `write the counts without these ${kind} and join them from another table with the option 'obs'`,
  );
}

const CORNER =
  /^(|#?\s*(gene|genes|gene_?ids?|gene_?names?|gene_?symbols?|symbols?|ensembl(_?id)?|ids?|index|names?|features?|cells?|cell_?ids?|cell_?names?|barcodes?|x|rownames|unnamed: 0))$/i;

/**
 * Rejects a table whose first line has numbers instead of names. It is a gene or a cell, which would be lost.
 *
 * @param corner top left field, if the header has one
 * @throws FormatError
 */
export function checkHeader(path: string, line: number, corner: string | undefined, names: readonly string[]): void {
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
  if (corner === undefined || CORNER.test(corner) || names.length === 0) return;
  if (!names.every((name) => number.test(name))) return;
  throw new FormatError(
    path,
    `line ${line}`,
    `has only numbers after '${corner}', so the table has no header line`,
    'add a header line with a name for every column; leave its first field empty if the columns are named by numbers',
  );
}
