import { columnAsStrings, pickColumn, type Column, type Frame } from '../frame.js';

const LEFT_OUT = 'probes left out by filtered_probes';

/** Columns that describe a probe and not its gene. */
const OF_PROBE = new Set(['symbol', 'gene_id', 'gene_name', 'probe_region', 'filtered_probes', 'id', 'name']);

/** Whether the features are probes of Cell Ranger's fixed RNA profiling or Visium: each has the `gene_id` of its gene. */
export function areProbes(features: Frame): boolean {
  const { columns } = features;
  return columns.has('gene_id') && (columns.has('probe_region') || columns.has('filtered_probes'));
}

/**
 * Why probes are not counted, by feature: Cell Ranger leaves probes with off-target activity out of its own counts per gene,
 * and marks them in `filtered_probes`. Undefined where a probe counts.
 */
export function probesSetApart(features: Frame): (string | undefined)[] {
  const counted = features.columns.get('filtered_probes');
  if (!counted) return new Array<undefined>(features.index.length).fill(undefined);
  return columnAsStrings(counted).map((value) => (value === 'true' || value === '1' ? undefined : LEFT_OUT));
}

/**
 * The genes of some probes: `placeOf` has the position of each probe's gene in `genes`. A probe without a `gene_id`, such
 * as a control, stays a feature of its own.
 *
 * @param probes positions of the probes that count
 */
export function genesOfProbes(features: Frame, probes: Int32Array): { genes: Frame; placeOf: Int32Array } {
  const ids = columnAsStrings(features.columns.get('gene_id')!);
  const place = new Map<string, number>();
  const first: number[] = [];
  const placeOf = new Int32Array(probes.length);
  probes.forEach((probe, at) => {
    const gene = ids[probe] || features.index[probe];
    let own = place.get(gene);
    if (own === undefined) {
      own = first.length;
      place.set(gene, own);
      first.push(probe);
    }
    placeOf[at] = own;
  });
  const rows = Int32Array.from(first);
  const columns = new Map<string, Column>();
  const symbols = features.columns.get('gene_name');
  if (symbols) columns.set('symbol', pickColumn(symbols, rows));
  for (const [name, column] of features.columns) {
    if (!OF_PROBE.has(name)) columns.set(name, pickColumn(column, rows));
  }
  return { genes: { index: [...place.keys()], columns }, placeOf };
}
