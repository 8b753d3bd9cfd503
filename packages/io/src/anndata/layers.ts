import { ArgumentError, checkOptions, type CsrMatrix, FieldMissingError } from '@geneformer-ts/core';
import { type SetOptions, setOptionNames } from './annotation-frame.js';
import type { CountMatrix } from './count-matrix.js';
import type { NumberMatrix } from './element.js';
import { checkName } from './encoding/check-contents.js';
import { checkMatrix } from './encoding/check-element.js';
import { inMemory } from './in-memory.js';
import type { StoredElements } from './stored-elements.js';

/** The layers of an `AnnData`: matrices of cells × genes besides `X`, which are streamed as `X` is. */
export class Layers {
  private readonly added = new Map<string, NumberMatrix | CsrMatrix>();
  private readonly removed = new Set<string>();

  /**
   * @param open opens a layer of the file
   * @param X returns the matrix of the file, whose cells and genes are those of all layers
   */
  constructor(
    private readonly path: string,
    private readonly stored: () => StoredElements | undefined,
    private readonly open: (name: string) => Promise<CountMatrix>,
    private readonly X: () => CountMatrix,
    private readonly guard?: { problem: string; remedy: string },
  ) {}

  /** Returns the names. */
  keys(): string[] {
    const names = (this.stored()?.matrices ?? []).filter((name) => name !== 'X' && name !== 'raw');
    return [...new Set([...names.filter((name) => !this.removed.has(name)), ...this.added.keys()])];
  }

  has(name: string): boolean {
    return this.keys().includes(name);
  }

  /**
   * Returns a layer.
   *
   * @throws FieldMissingError listing the layers
   */
  async get(name: string): Promise<CountMatrix> {
    const matrix = this.added.get(name);
    if (matrix) return inMemory(matrix, this.X());
    if (this.has(name)) return this.open(name);
    throw new FieldMissingError(this.path, `layers['${String(name)}']`, this.keys());
  }

  /**
   * Sets a layer, which `AnnData.write` writes.
   *
   * @param matrix `{ rows, cols, data }` with cells × genes values, or compressed rows
   * @throws ArgumentError for another shape, a name that HDF5 cannot store, or an existing name without `replace`
   * @example
   * adata.layers.set('denoised', { rows: adata.nObs, cols: adata.nVars, data: new Float32Array(adata.nObs * adata.nVars) });
   */
  set(name: string, matrix: NumberMatrix | CsrMatrix, options: SetOptions = {}): void {
    checkOptions('set', options, setOptionNames);
    const field = `layers['${String(name)}']`;
    if (this.guard) throw new ArgumentError(field, this.guard.problem, this.guard.remedy);
    checkName(field, name);
    const { nObs, nVars } = this.X();
    checkMatrix(field, matrix, [nObs, 'cells'], [nVars, 'genes']);
    if (options.replace !== true && this.has(name)) {
      throw new ArgumentError(field, `exists in ${this.path}`, 'set the option replace to true, or use another name');
    }
    this.added.set(name, matrix);
  }

  /**
   * Removes a layer, which `AnnData.write` leaves out.
   *
   * @throws FieldMissingError listing the layers
   */
  delete(name: string): void {
    if (!this.has(name)) throw new FieldMissingError(this.path, `layers['${String(name)}']`, this.keys());
    this.added.delete(name);
    if (this.stored()?.matrices.includes(name)) this.removed.add(name);
  }

  /** Returns the layers that were set. */
  additions(): ReadonlyMap<string, NumberMatrix | CsrMatrix> {
    return this.added;
  }

  /** Returns the names of the layers of the file that were removed. */
  removals(): readonly string[] {
    return [...this.removed];
  }

  /** Forgets what was set and removed, after it was written to the file. */
  settle(): void {
    this.added.clear();
    this.removed.clear();
  }
}
