/**
 * Joins several count files: the union of their genes, the cells in the order of the files. A gene that a file does not list counts as zero there.
 */
import type { CountMatrix, Column, CsrBlock, DataFrame } from '@geneformer-ts/io';
import { columnAsStrings } from '@geneformer-ts/io';
import { DataError } from '../errors.js';

export interface OpenSource {
  source: CountMatrix;
  /** Constant obs columns: name → value for every cell of the source. */
  set: Record<string, string>;
  /** Gene ids per column of the source, where they differ from its var index. */
  geneIds?: string[];
}

export interface JoinedCells {
  obs: DataFrame;
  var: DataFrame;
  blocks(): AsyncGenerator<CsrBlock>;
}

export function joinSources(opened: readonly OpenSource[]): JoinedCells {
  const [only] = opened;
  if (!only) throw new DataError('data', 'files', 'the list is empty; name at least one file');
  const genes = new Map<string, number>();
  const geneMaps = opened.map(({ source, geneIds }) =>
    Int32Array.from(geneIds ?? source.var.index, (id) => register(genes, id)),
  );
  // Where genes of one id are merged, the columns have more values than genes.
  const isOwn = opened.length === 1 && genes.size === only.source.var.index.length;
  const vars: DataFrame = { index: [...genes.keys()], columns: isOwn ? only.source.var.columns : new Map() };
  const obs = joinObs(opened);

  async function* blocks(): AsyncGenerator<CsrBlock> {
    let offset = 0;
    for (const [index, { source }] of opened.entries()) {
      const map = geneMaps[index] ?? new Int32Array();
      for await (const block of source.blocks()) {
        yield { ...block, rowStart: offset + block.rowStart, cols: genes.size, ...remap(block, map) };
      }
      offset += source.nObs;
    }
  }
  return { obs, var: vars, blocks };
}

/** Returns the joined column of a gene id, and adds a new column for an id not seen before. */
function register(genes: Map<string, number>, id: string): number {
  const known = genes.get(id);
  if (known !== undefined) return known;
  genes.set(id, genes.size);
  return genes.size - 1;
}

/** Renumbers the genes of a block and sorts each row by gene, summing the counts of a repeated gene. */
function remap(
  { rows, indptr, indices, data }: CsrBlock,
  map: Int32Array,
): Pick<CsrBlock, 'indptr' | 'indices' | 'data'> {
  const newIndices = new Int32Array(indices.length);
  const newData = new Float64Array(data.length);
  const newIndptr = new Int32Array(rows + 1);
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const [from, to] = [indptr[row] ?? 0, indptr[row + 1] ?? 0];
    const order = Uint32Array.from({ length: to - from }, (_, i) => from + i).sort(
      (a, b) => map[indices[a] ?? 0] - map[indices[b] ?? 0],
    );
    for (const at of order) {
      const gene = map[indices[at] ?? 0] ?? 0;
      if (end > newIndptr[row] && newIndices[end - 1] === gene) {
        newData[end - 1] += data[at] ?? 0;
      } else {
        newIndices[end] = gene;
        newData[end++] = data[at] ?? 0;
      }
    }
    newIndptr[row + 1] = end;
  }
  return { indptr: newIndptr, indices: newIndices.subarray(0, end), data: newData.subarray(0, end) };
}

/** Joins the columns that every file has: a label that one file lacks would silently drop the cells of that file. */
function joinObs(opened: readonly OpenSource[]): DataFrame {
  const index: string[] = [];
  const [first = new Set<string>(), ...others] = opened.map(
    ({ source, set }) => new Set([...source.obs.columns.keys(), ...Object.keys(set)]),
  );
  const names = [...first].filter((name) => others.every((columns) => columns.has(name)));
  const values = new Map(names.map((name) => [name, [] as (string | null)[]]));
  const seen = new Set<string>();
  for (const { source, set } of opened) {
    for (const id of source.obs.index) {
      const unique = seen.has(id) ? `${source.path.replace(/^.*\//, '').replace(/\..*$/, '')}/${id}` : id;
      if (seen.has(unique))
        throw new DataError(source.path, 'obs index', `cell "${id}" appears twice; make ids unique`);
      seen.add(unique);
      index.push(unique);
    }
    for (const [name, column] of values) {
      const own: Column | undefined = source.obs.columns.get(name);
      const constant = set[name] ?? null;
      const strings = own ? columnAsStrings(own) : undefined;
      for (let row = 0; row < source.nObs; row++) column.push(constant ?? strings?.[row] ?? null);
    }
  }
  return { index, columns: new Map([...values].map(([name, column]) => [name, { kind: 'string', values: column }])) };
}
