import { PCA, UMAP } from '@geneformer-ts/analysis';
import { blobSource, type ByteSource, FileMissingError, type Progress } from '@geneformer-ts/core';
import { fileBlob, join, rm, tmpdir } from '@geneformer-ts/core/system';
import type { FolderInput } from '@geneformer-ts/io';
import { AnnData, type Column, columnAsStrings, toCategorical } from '@geneformer-ts/io/anndata';
import { openListColumn } from '@geneformer-ts/io/datasets';
import { inspectCells } from '@geneformer-ts/tokenizer';
import { writeThymus } from '@geneformer-ts/simulate';
import type { CellClassifier, CellEmbedding, Geneformer } from 'geneformer';
import { describeColumns, levelsOfGene, readableCounts } from 'geneformer/parts';
import { withinFolder } from './dropped.js';
import { dispose, loadDropped, type LoadedModel, loadMini } from './models.js';
import type { Colors, Dropped, Inspection, ModelFacts } from './protocol.js';

/** Progress and cancellation of a call. */
export interface Run {
  onProgress: Progress;
  signal: AbortSignal;
}

/** Values row by row. */
interface Matrix {
  rows: number;
  cols: number;
  data: Float32Array;
}

/** Least number of cells that UMAP places. */
const LEAST_POINTS = 3;
const EXAMPLE = join(tmpdir(), 'example.h5ad');

/** One file of cells, the model, and what was computed from them. */
export class Session {
  private loaded: LoadedModel | undefined;
  private file: AnnData | undefined;
  private embedding: CellEmbedding | undefined;
  /** Columns of obs, and entries of obsm, that the page added. */
  private added = new Set<string>();

  /** @param assets address of the files of the page, ending with a slash */
  constructor(private readonly assets: string) {}

  /** The open file. @throws Error before a file is open */
  get cells(): AnnData {
    if (!this.file) throw new Error('no file is open; choose one first');
    return this.file;
  }

  /** The vectors of all cells. @throws Error before they are computed */
  get vectors(): CellEmbedding {
    if (!this.embedding) throw new Error('the cells have no vectors yet; embed them first');
    return this.embedding;
  }

  /** Returns the model: that of the page, which is fetched once, or one that was dropped. */
  async loadModel(): Promise<Geneformer> {
    this.loaded ??= await loadMini(this.assets);
    return this.loaded.model;
  }

  /** The classifier of the model. @throws Error if it is none */
  get classifier(): CellClassifier {
    const classifier = this.loaded?.classifier;
    if (!classifier) throw new Error('the model is not a classifier; drop the folder that geneformer train wrote');
    return classifier;
  }

  /** Replaces the model by that of a dropped folder. Vectors of the former one are forgotten. */
  async useModel(files: readonly Dropped[]): Promise<{ model: ModelFacts; file: Inspection | undefined }> {
    const next = await loadDropped(files);
    if (this.loaded) dispose(this.loaded);
    this.loaded = next;
    this.embedding = undefined;
    return { model: next.facts, file: this.file && (await this.inspect()) };
  }

  /** Opens dropped files: one file, or those of one folder. */
  open(files: readonly Dropped[]): Promise<Inspection> {
    return this.replace(() => openDropped(files));
  }

  /** Opens simulated cells of a thymus. */
  openExample({ onProgress }: Run): Promise<Inspection> {
    return this.replace(async () => {
      await rm(EXAMPLE, { force: true });
      await writeThymus(EXAMPLE, { seed: 0, preset: 'small', onProgress });
      return AnnData.open(fileSource(EXAMPLE, 'simulated cells.h5ad'));
    });
  }

  private async replace(open: () => Promise<AnnData>): Promise<Inspection> {
    await this.file?.close();
    this.file = undefined;
    this.embedding = undefined;
    this.added = new Set();
    this.file = await open();
    return this.inspect();
  }

  private async inspect(): Promise<Inspection> {
    const { cells } = this;
    const model = await this.loadModel();
    const { matrix, countsFrom, species } = await readableCounts(cells, {});
    const report = await inspectCells(matrix, model.vocabulary, {
      minKnownShare: 0,
      symbols: true,
      ...(species === 'mouse' && { geneIds: 'index' }),
    });
    const { labels } = describeColumns(cells.obs);
    return {
      name: cells.path,
      format: cells.format,
      cells: cells.nObs,
      genes: cells.nVars,
      countsFrom,
      species,
      known: { genes: report.genes.known, share: report.knownShareOfCounts },
      columns: [...cells.obs.columns.keys()],
      labels: labels.map(({ name }) => name),
      notes: [...new Set([...(cells.notes ?? []), ...report.notes])],
    };
  }

  /** Computes one vector per cell and their first two principal components. */
  async embed({ onProgress, signal }: Run): Promise<{ pca: Float32Array; cols: number; seconds: number }> {
    const model = await this.loadModel();
    const started = performance.now();
    this.embedding = await model.embed(this.cells, { onProgress, signal });
    const seconds = (performance.now() - started) / 1000;
    this.setMatrix('X_geneformer', this.embedding);
    const { usable, points } = this.usable();
    if (usable.length < LEAST_POINTS) {
      const problem = `${usable.length} cells have a gene that the model knows`;
      throw new Error(`${this.cells.path}: ${problem}; a map needs at least ${LEAST_POINTS}`);
    }
    const scores = new PCA({ nComponents: 2 }).fitTransform(points);
    return { pca: spread(this.cells.nObs, usable, scores.data), cols: this.embedding.cols, seconds };
  }

  /** Computes a layout of the vectors. */
  async umap({ onProgress, signal }: Run): Promise<Float32Array> {
    const { usable, points } = this.usable();
    const umap = new UMAP({
      nNeighbors: Math.max(2, Math.min(15, usable.length - 1)),
      onProgress: ({ stage, done, total, unit }) => onProgress({ stage: `umap ${stage}`, done, total, unit }),
      signal,
    });
    const layout = spread(this.cells.nObs, usable, await umap.fitTransform(points));
    this.setMatrix('X_umap', { rows: this.cells.nObs, cols: 2, data: layout });
    return layout;
  }

  /** Adds a column to obs, or replaces that of the page; returns its name. */
  setColumn(name: string, column: Column): string {
    const { obs } = this.cells;
    const free = this.free(name, obs.has(name));
    obs.set(free, column, { replace: this.added.has(free) });
    this.added.add(free);
    return free;
  }

  private setMatrix(name: string, matrix: Matrix): void {
    const { obsm } = this.cells;
    const free = this.free(name, obsm.has(name));
    obsm.set(free, matrix, { replace: this.added.has(free) });
    this.added.add(free);
  }

  /** Returns a name with a suffix if the file has that name, whose values the page must not replace. */
  private free(name: string, exists: boolean): string {
    return exists && !this.added.has(name) ? `${name}_geneformer` : name;
  }

  /** Rows with a vector, and their vectors. */
  usable(): { usable: number[]; points: Matrix } {
    const { rows, cols, data } = this.vectors;
    const usable = Array.from({ length: rows }, (_, row) => row).filter((row) => !Number.isNaN(data[row * cols]));
    const kept = new Float32Array(usable.length * cols);
    usable.forEach((row, at) => kept.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
    return { usable, points: { rows: usable.length, cols, data: kept } };
  }

  /** Returns the values of an obs column, or the levels of a gene. @throws Error if there is neither */
  async color(name: string, { signal }: Run): Promise<Colors> {
    if (!this.cells.obs.has(name)) {
      const { matrix } = await readableCounts(this.cells, {});
      const values = await levelsOfGene(matrix, name, signal);
      if (!values) throw new Error(`'${name}' is neither a column of obs nor a gene of the file`);
      return { kind: 'numbers', title: `${name}, log(1 + counts per 10,000)`, values };
    }
    const column = this.cells.obs.get(name);
    if (column.kind === 'number') return { kind: 'numbers', title: name, values: Float32Array.from(column.values) };
    const { categories, codes } = toCategorical(columnAsStrings(column));
    return { kind: 'categories', title: name, names: categories, codes };
  }

  /** Returns the tokens of all cells, as the command writes them. */
  async tokens({ onProgress, signal }: Run): Promise<{ offsets: Int32Array; values: Int32Array }> {
    const folder = join(tmpdir(), 'page.dataset');
    const model = await this.loadModel();
    await model.tokenize(this.cells, folder, { onProgress, signal });
    const list = await openListColumn(folder, 'input_ids');
    try {
      const offsets = new Int32Array(list.rows + 1);
      for (let row = 0; row < list.rows; row++) offsets[row + 1] = offsets[row] + list.lengths[row];
      const values = new Int32Array(offsets[list.rows]);
      for (let row = 0; row < list.rows; row++) list.read(row, list.lengths[row], values, offsets[row]);
      return { offsets, values };
    } finally {
      list.close();
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Opens one file, or the files of a folder. */
export function openDropped(files: readonly Dropped[]): Promise<AnnData> {
  const [{ path, file }] = files;
  if (files.length === 1 && !path.includes('/')) return AnnData.open(blobSource(file));
  const byPath = new Map(files.map((dropped) => [withinFolder(dropped.path), dropped.file]));
  const folder: FolderInput = {
    name: path.includes('/') ? path.split('/')[0] : 'files',
    open: (name) => {
      const found = byPath.get(name);
      return found ? Promise.resolve(blobSource(found)) : Promise.reject(new FileMissingError(name));
    },
    list: () => Promise.resolve([...byPath.keys()]),
  };
  return AnnData.open(folder);
}

/** Returns a source of a file in memory. */
function fileSource(path: string, name: string): ByteSource {
  return blobSource(fileBlob(path), name);
}

/** Returns coordinates of all cells; NaN for those that are not in `rows`. */
function spread(cells: number, rows: readonly number[], points: ArrayLike<number>): Float32Array {
  const all = new Float32Array(2 * cells).fill(NaN);
  rows.forEach((row, at) => all.set([points[2 * at], points[2 * at + 1]], 2 * row));
  return all;
}
