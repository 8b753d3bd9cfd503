import { ArgumentError, checkOptions, type CsrMatrix, FieldMissingError, type OptionNames } from '@geneformer-ts/core';
import { type SetOptions, setOptionNames } from './annotation-frame.js';
import type { CountMatrix } from './count-matrix.js';
import type { DataFrame } from './data-frame.js';
import type { AxisElement, NumberMatrix } from './element.js';
import { checkName, checkTable } from './encoding/check-contents.js';
import { checkMatrix, checkRows } from './encoding/check-element.js';
import { inMemory } from './in-memory.js';
import { NamedElements } from './named-elements.js';
import type { StoredElements } from './stored-elements.js';

/** The matrix before genes were selected, in memory, as `AnnData.setRaw` takes it. */
export interface RawContents {
  /** One row per cell of the file, and one column per row of `var`. */
  X: NumberMatrix | CsrMatrix;
  /** One row per gene of `raw`. */
  var: DataFrame;
  /** Matrices or tables with one row per gene of `raw`. Default none. */
  varm?: Readonly<Record<string, AxisElement>>;
}

const contentNames: OptionNames<RawContents> = { X: true, var: true, varm: true };

/** The matrix before genes were selected: it has its own genes, and matrices with one row per gene. */
export interface RawMatrix extends CountMatrix {
  readonly varm: Pick<NamedElements<AxisElement>, 'keys' | 'has' | 'get'>;
}

/** A change to `raw`: its new value, or that it is removed. Undefined if it stays. */
export type RawChange = { readonly value: RawContents | undefined } | undefined;

/** `raw` of an `AnnData`, as it is in the file or as it was set. */
export class RawPart {
  private changed: RawChange;

  /**
   * @param X returns the matrix of the file, which has the cells
   * @param open opens `raw` of the file
   * @param guard reason why `raw` cannot be set, if there is one
   */
  constructor(
    private readonly path: string,
    private readonly stored: () => StoredElements | undefined,
    private readonly X: () => CountMatrix,
    private readonly open: () => Promise<CountMatrix>,
    private readonly guard?: { problem: string; remedy: string },
  ) {}

  async get(): Promise<RawMatrix | undefined> {
    if (this.changed?.value) return this.ofContents(this.changed.value);
    if (!this.exists()) return undefined;
    return { ...(await this.open()), varm: new NamedElements<AxisElement>('raw/varm', this.path, this.stored) };
  }

  /** @throws ArgumentError */
  set(contents: RawContents, options: SetOptions): void {
    this.check();
    checkOptions('setRaw', options, setOptionNames);
    checkOptions('setRaw', contents, contentNames);
    if (options.replace !== true && this.exists()) {
      throw new ArgumentError('raw', `exists in ${this.path}`, 'set the option replace to true');
    }
    const { X, var: genes, varm = {} } = contents;
    checkTable('raw.var', genes);
    const { nObs } = this.X();
    checkMatrix('raw.X', X, [nObs, 'cells'], [genes.index.length, 'genes']);
    for (const [name, value] of Object.entries(varm)) {
      const field = `raw.varm['${name}']`;
      checkName(field, name);
      checkRows(field, value, genes.index.length, 'genes');
    }
    this.changed = { value: contents };
  }

  /** @throws ArgumentError; FieldMissingError */
  delete(): void {
    this.check();
    if (!this.exists()) throw new FieldMissingError(this.path, 'raw', this.remaining());
    this.changed = this.isStored() ? { value: undefined } : undefined;
  }

  /** Returns what `AnnData.write` has to write. */
  change(): RawChange {
    return this.changed;
  }

  /** Forgets what was set and removed, after it was written to the file. */
  settle(): void {
    this.changed = undefined;
  }

  private check(): void {
    if (this.guard) throw new ArgumentError('raw', this.guard.problem, this.guard.remedy);
  }

  private exists(): boolean {
    return this.changed ? this.changed.value !== undefined : this.isStored();
  }

  private remaining(): string[] {
    return (this.stored()?.matrices ?? []).filter((name) => name !== 'raw');
  }

  private isStored(): boolean {
    return this.stored()?.matrices.includes('raw') === true;
  }

  private ofContents({ X, var: genes, varm = {} }: RawContents): RawMatrix {
    const matrix = inMemory(X, { ...this.X(), nVars: genes.index.length, var: genes });
    const keys = (): string[] => Object.keys(varm).sort();
    const has = (name: string): boolean => Object.hasOwn(varm, name);
    const get = async (name: string): Promise<AxisElement> => {
      if (has(name)) return varm[name];
      throw new FieldMissingError(this.path, `raw.varm['${name}']`, keys());
    };
    return { ...matrix, varm: { keys, has, get } };
  }
}
