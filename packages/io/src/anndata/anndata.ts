import { checkOptions, type OptionNames } from '@geneformer-ts/core';
import type { FileInput, FolderInput } from '../base/input.js';
import { AnnotationFrame, type SetOptions } from './annotation-frame.js';
import { type CellFormat, type CountMatrix, type OpenOptions, openOptionNames, type SetApart } from './count-matrix.js';
import type { BlockOptions, CsrBlock } from './csr.js';
import type { Duplicates } from './data-frame.js';
import { Layers } from './layers.js';
import { AxisElements, PairElements, UnstructuredElements } from './named-elements.js';
import { type RawChange, type RawContents, type RawMatrix, RawPart } from './raw-part.js';
import { checkOpenOptions, type CellsInput, detectFormat, openResolved, resolveInput } from './open.js';
import { ADDABLE, type StoredElements } from './stored-elements.js';
import { writeAnnData, type WriteOptions, writeOptionNames, type WriteReport } from './write-anndata.js';

/** Options of `AnnData.open`: those of `openAnnData` except the ones for threads that only read rows. */
export type AnnDataOptions = Omit<OpenOptions, 'matrixOnly' | 'version' | 'columns'>;

const { matrixOnly: _, version: __, columns: ___, ...known } = openOptionNames;
const optionNames: OptionNames<AnnDataOptions> = known;

/**
 * An annotated matrix of counts, with the names of Python's anndata. `obs` and `var` are read when the file is opened;
 * matrices are streamed and everything else is read on demand. Columns, layers, embeddings and all other entries can be set,
 * removed and written.
 *
 * @example
 * await using adata = await AnnData.open('cells.h5ad');
 * adata.obs.set('label', Array.from({ length: adata.nObs }, () => 'T cell'));
 * adata.obsm.set('X_zero', { rows: adata.nObs, cols: 2, data: new Float32Array(2 * adata.nObs) });
 * await adata.write('out.h5ad'); // everything else is as in cells.h5ad
 */
export class AnnData implements CountMatrix {
  /** Path, file name or URL of the input. */
  readonly path: string;
  readonly format: CellFormat;
  /** Number of cells. */
  readonly nObs: number;
  /** Number of genes. */
  readonly nVars: number;
  /** One row per cell. */
  readonly obs: AnnotationFrame;
  /** One row per gene. */
  readonly var: AnnotationFrame;
  /** Matrices with one row per cell, such as embeddings. */
  readonly obsm: AxisElements;
  /** Matrices with one row per gene. */
  readonly varm: AxisElements;
  /** Matrices of cells × cells, such as distances. */
  readonly obsp: PairElements;
  /** Matrices of genes × genes. */
  readonly varp: PairElements;
  /** Matrices of cells × genes besides `X`. */
  readonly layers: Layers;
  /** Everything else. */
  readonly uns: UnstructuredElements;
  readonly orientation?: NonNullable<CountMatrix['orientation']>;
  readonly setApart?: readonly SetApart[];
  readonly duplicateCells?: Duplicates;
  readonly notes?: readonly string[];
  reopen?: NonNullable<CountMatrix['reopen']>;
  /** Whether `var` is not the table of genes of the file: features are set apart, or `X` is the matrix of `raw`. */
  readonly hasOtherGenes: boolean;
  readonly countLayers?: () => Promise<readonly string[]>;
  private readonly rawPart: RawPart;
  /** Other matrices of the file that were opened. */
  private readonly others = new Map<string, Promise<CountMatrix>>();

  private constructor(
    private readonly input: CellsInput,
    private readonly options: AnnDataOptions & { format: CellFormat },
    private matrix: CountMatrix,
  ) {
    const { path, format, nObs, nVars, orientation, setApart, duplicateCells, notes, reopen, countLayers } = matrix;
    [this.path, this.format, this.nObs, this.nVars] = [path, format, nObs, nVars];
    if (orientation) this.orientation = orientation;
    if (setApart) this.setApart = setApart;
    if (duplicateCells) this.duplicateCells = duplicateCells;
    if (notes) this.notes = notes;
    if (reopen) this.reopen = reopen;
    if (countLayers) this.countLayers = countLayers;
    const stored = (): StoredElements | undefined => this.matrix.elements;
    const genes = genesDiffer(matrix, options);
    this.hasOtherGenes = genes !== undefined;
    this.obs = new AnnotationFrame('obs', path, matrix.obs, stored);
    this.var = new AnnotationFrame('var', path, matrix.var, stored, genes);
    this.obsm = new AxisElements('obsm', path, stored, nObs);
    this.varm = new AxisElements('varm', path, stored, nVars, genes);
    this.obsp = new PairElements('obsp', path, stored, nObs);
    this.varp = new PairElements('varp', path, stored, nVars, genes);
    this.layers = new Layers(
      path,
      stored,
      (name) => this.other(name),
      () => this.matrix,
      genes,
    );
    this.uns = new UnstructuredElements(path, stored);
    this.rawPart = new RawPart(
      path,
      stored,
      () => this.matrix,
      () => this.other('raw'),
      options.layer === 'raw' ? genes : undefined,
    );
    // Columns of a joined table are part of obs, so they are written too.
    if (options.obs !== undefined) this.obs.adoptJoined();
  }

  /**
   * Opens a file or folder of any format that `openAnnData` reads. Files of the h5ad format and zarr stores have all parts; other formats
   * have `X`, `obs` and `var`, and loom has layers.
   *
   * @param options default: all of `obs` and `var`, genes only, `X` as the matrix that is streamed
   * @throws FileMissingError; FileAccessError; FormatError; FieldMissingError; UnsupportedError; ArgumentError
   * @example
   * const adata = await AnnData.open('pbmc3k.h5ad');
   * [adata.nObs, adata.nVars, adata.obsm.keys()]; // [ 2700, 32738, [] ]
   * await adata.close();
   */
  static async open(file: FileInput | FolderInput, options: AnnDataOptions = {}): Promise<AnnData> {
    checkOptions('open', options, optionNames);
    checkOpenOptions(options);
    const input = await resolveInput(file);
    try {
      const format = options.format ?? (await detectFormat(input));
      if (format !== 'csv' && format !== 'mtx' && !input.folder) {
        // One copy of a source serves all matrices of the file.
        input.disk ??= await (await import('./hdf5/disk-copy.js')).toDisk(input.file);
      }
      const matrix = await openResolved(sharedInput(input), { ...options, format }, true);
      return new AnnData(input, { ...options, format }, matrix);
    } catch (cause) {
      input.disk?.remove();
      throw cause;
    }
  }

  /** The matrix of the file, or the one that the option `layer` names. */
  get X(): CountMatrix {
    return this.matrix;
  }

  /** The matrix and genes before genes were selected; undefined if there is none. */
  get raw(): Promise<RawMatrix | undefined> {
    return this.rawPart.get();
  }

  /**
   * Sets `raw`, which `write` writes.
   *
   * @param raw the matrix, with one row per cell, and its genes
   * @throws ArgumentError for another number of rows or columns, or when the file has `raw`, without `replace`
   * @example
   * const X = { rows: adata.nObs, cols: 2, data: new Float32Array(2 * adata.nObs) };
   * adata.setRaw({ X, var: { index: ['TTN', 'PLN'], columns: new Map() } });
   */
  setRaw(raw: RawContents, options: SetOptions = {}): void {
    this.rawPart.set(raw, options);
  }

  /**
   * Removes `raw`, which `write` leaves out.
   *
   * @throws FieldMissingError if there is none
   */
  deleteRaw(): void {
    this.rawPart.delete();
  }

  /** Returns the change to `raw` that `write` writes. */
  rawChange(): RawChange {
    return this.rawPart.change();
  }

  /** Streams `X`, or the rows `from` to `to`, as compressed rows. See `CountMatrix`. */
  blocks(options?: BlockOptions): AsyncIterable<CsrBlock> {
    return this.matrix.blocks(options);
  }
  /**
   * Writes an h5ad file or a zarr store with everything that was set.
   *
   * For an h5ad file of anndata 0.7 or later, and for a zarr store, the output is a copy of the input with the changes. Everything else stays as
   * it is: types, compression, chunks, attributes, and encodings that this package does not know. A column that is replaced
   * keeps its place in the order of columns. Other inputs (loom, 10x, Matrix Market, text, old h5ad), and an output of the other format,
   * become a new file with all parts, `X` and layers as compressed rows. The report names parts that could not be read.
   *
   * The output appears completely or not at all, also if the process is killed: it is written beside its path and renamed.
   *
   * @param path file to write, or store if it ends with `.zarr`; an existing one is replaced. Default: the input, which must be
   *   an h5ad file or a zarr store on disk
   * @throws ArgumentError when `path` is the input, or names a file that is not HDF5; FileAccessError when the input changed
   *   after it was opened, or the output cannot be written; the reason of the signal
   * @example
   * adata.uns.set('note', 'checked');
   * await adata.write('checked.h5ad'); // { path: 'checked.h5ad', notes: [] }
   */
  async write(path?: string, options: WriteOptions = {}): Promise<WriteReport> {
    checkOptions('write', options, writeOptionNames);
    const report = await writeAnnData(this, this.matrix, path, options);
    if (path === undefined) await this.reload();
    return report;
  }

  /** Closes the file. Closing twice is allowed. */
  async close(): Promise<void> {
    for (const other of this.others.values()) await other.then((matrix) => matrix.close()).catch(() => undefined);
    this.others.clear();
    await this.matrix.close();
    this.input.disk?.remove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Opens the file that took the place of the input. */
  private async reload(): Promise<void> {
    const matrix = await openResolved(sharedInput(this.input), this.options, true);
    for (const other of this.others.values()) await other.then(({ close }) => close()).catch(() => undefined);
    this.others.clear();
    await this.matrix.close();
    this.matrix = matrix;
    if (matrix.reopen) this.reopen = matrix.reopen;
    for (const name of ADDABLE) this[name].settle();
    this.rawPart.settle();
  }

  /** Opens another matrix of the file, once. It has the `obs` of this object, and its own genes. */
  private other(layer: string): Promise<CountMatrix> {
    let opening = this.others.get(layer);
    if (opening === undefined) {
      const { obs: _metadata, obsJoin: _join, ...options } = this.options;
      const version = this.matrix.elements?.version;
      opening = openResolved(sharedInput(this.input), {
        ...options,
        layer,
        obsColumns: [],
        ...(version !== undefined && { version }),
      }).then((matrix) => ({ ...matrix, obs: this.obs }));
      this.others.set(layer, opening);
    }
    return opening;
  }
}

/** Returns an input whose temporary copy stays when one of several matrices is closed. */
function sharedInput(input: CellsInput): CellsInput {
  return input.disk ? { ...input, disk: { ...input.disk, remove: () => undefined } } : input;
}

/** Returns the reason why `var` is not the table of genes of the file, so that nothing can be added to it. */
function genesDiffer(
  { setApart, format }: CountMatrix,
  { layer }: AnnDataOptions,
): { problem: string; remedy: string } | undefined {
  // A new file gets the genes that were read.
  if (format !== 'h5ad' && format !== 'zarr') return undefined;
  if (layer === 'raw') {
    return { problem: 'cannot be set for the genes of raw', remedy: "open the file without the option 'layer'" };
  }
  if (setApart === undefined) return undefined;
  const problem = 'cannot be set, because some features of the file are set apart and have no row';
  return { problem, remedy: "open the file with featureTypes: 'all'" };
}
