import type { CsrBlock } from '../csr.js';
import { type Column, type DataFrame, pickColumn } from '../data-frame.js';
import type { CountMatrix, ColumnChoice, OpenOptions, SetApart } from '../count-matrix.js';
import { areProbes, genesOfProbes, genomesSetApart, probesSetApart, typesSetApart } from './set-apart.js';

/**
 * Returns the source with only the requested features, by default gene expression. Other features are set apart: they are
 * not columns of the matrix, and blocks have their counts by kind. The probes of a gene become one column.
 *
 * @throws FieldMissingError or ArgumentError when the requested types or the genome do not exist
 */
export function selectFeatures(source: CountMatrix, options: OpenOptions): CountMatrix {
  const { columns } = options;
  if (columns === 'stored') return source;
  if (columns !== undefined) return withChoice(source, columns);
  const reasons = reasonsApart(source, options);
  const kept = Int32Array.from(reasons.keys()).filter((feature) => reasons[feature] === undefined);
  const probes = options.featureTypes !== 'all' && areProbes(source.var);
  if (kept.length === reasons.length && !probes) return { ...source, ...reopenWith(source, 'stored') };

  const setApart = kindsOf(reasons);
  const { genes, placeOf } = probes ? genesOfProbes(source.var, kept) : pickRows(source.var, kept);
  const kindOf = new Map(setApart.map(({ kind }, position) => [kind, position]));
  const choice: ColumnChoice = {
    placeOf: Int32Array.from(reasons, (reason) => (reason === undefined ? 0 : -1 - kindOf.get(reason)!)),
    columns: genes.index.length,
    kinds: setApart.length,
    summed: genes.index.length < kept.length,
  };
  kept.forEach((feature, at) => (choice.placeOf[feature] = placeOf[at]!));
  return {
    ...withChoice(source, choice),
    var: genes,
    ...(setApart.length > 0 && { setApart }),
    notes: [
      ...(source.notes ?? []),
      ...setApart.map(({ kind, features }) => `${features} features are set apart: ${kind}`),
      ...(probes ? [`the counts of ${kept.length} probes are summed to ${genes.index.length} genes`] : []),
    ],
  };
}

/** Returns the reason why each feature is set apart, or undefined for a feature that is read. */
function reasonsApart({ path, format, var: features }: CountMatrix, options: OpenOptions): (string | undefined)[] {
  const { featureTypes, genome } = options;
  const requested = featureTypes === 'all' ? undefined : featureTypes;
  const none = new Array<undefined>(features.index.length).fill(undefined);
  const types = featureTypes === 'all' ? none : typesSetApart(path, features, requested);
  const genomes = format === '10x-h5' ? genomesSetApart(path, features, genome) : none;
  const probes = featureTypes !== 'all' && areProbes(features) ? probesSetApart(features) : none;
  return types.map((type, feature) => type ?? genomes[feature] ?? probes[feature]);
}

function kindsOf(reasons: readonly (string | undefined)[]): SetApart[] {
  const kinds = new Map<string, SetApart>();
  for (const kind of reasons) {
    if (kind === undefined) continue;
    const counted = kinds.get(kind) ?? { kind, features: 0 };
    counted.features++;
    kinds.set(kind, counted);
  }
  return [...kinds.values()];
}

function pickRows(frame: DataFrame, rows: Int32Array): { genes: DataFrame; placeOf: Int32Array } {
  const columns = [...frame.columns].map(([name, column]): [string, Column] => [name, pickColumn(column, rows)]);
  const genes = { index: Array.from(rows, (row) => frame.index[row]), columns: new Map(columns) };
  return { genes, placeOf: Int32Array.from(rows.keys()) };
}

function withChoice(source: CountMatrix, choice: ColumnChoice): CountMatrix {
  return {
    ...source,
    ...reopenWith(source, choice),
    nVars: choice.columns,
    blocks: (request) => selectColumns(source.blocks(request), choice),
    close: () => source.close(),
  };
}

function reopenWith({ reopen }: CountMatrix, columns: ColumnChoice | 'stored'): Pick<CountMatrix, 'reopen'> {
  return reopen ? { reopen: { path: reopen.path, options: { ...reopen.options, columns } } } : {};
}

/**
 * Streams the blocks with the columns of `choice`. Counts of stored columns with the same target column are summed. Counts
 * of columns without a target are summed per cell and kind in `setApart`.
 */
async function* selectColumns(blocks: AsyncIterable<CsrBlock>, choice: ColumnChoice): AsyncGenerator<CsrBlock> {
  const { placeOf, columns, kinds, summed } = choice;
  const seen = new Int32Array(summed ? columns : 0);
  for await (const block of blocks) {
    const { indices, data, indptr, rows } = block;
    const setApart = new Float64Array(rows * kinds);
    seen.fill(-1);
    let kept = 0;
    let k = 0;
    // In place, because the receiver owns the block, and every entry is read before its position is overwritten.
    for (let row = 0; row < rows; row++) {
      const start = kept;
      for (const end = indptr[row + 1]; k < end; k++) {
        const column = placeOf[indices[k]];
        if (column < 0) {
          setApart[row * kinds - 1 - column] += data[k];
          continue;
        }
        if (summed) {
          const before = seen[column];
          if (before >= start) {
            data[before] += data[k];
            continue;
          }
          seen[column] = kept;
        }
        indices[kept] = column;
        data[kept++] = data[k]!;
      }
      indptr[row + 1] = kept;
    }
    yield {
      ...block,
      cols: columns,
      indices: indices.slice(0, kept),
      data: data.slice(0, kept),
      ...(kinds > 0 && { setApart }),
    };
  }
}
