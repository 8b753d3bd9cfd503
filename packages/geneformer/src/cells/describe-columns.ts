import { columnAsStrings, type DataFrame } from '@geneformer-ts/io';

/** A column of obs with a few names that many cells share. */
export interface CategoryColumn {
  name: string;
  /** Number of cells of each value, without missing ones. */
  counts: Map<string, number>;
}

/** Columns that look like labels to train on, like clusters, and like groups to hold out. */
export interface DescribedColumns {
  labels: CategoryColumn[];
  /** Clusters, which an algorithm made and a person has not named. */
  clusters: CategoryColumn[];
  groups: CategoryColumn[];
  others: string[];
}

/** Names of columns with labels that a person gave. */
export const CELL_TYPE = /cell.?type|celltype/i;
const LABELS = /cell.?type|celltype|label|annotation|cell.?line|class|identity|state|subtype|lineage/i;
const CLUSTERS = /louvain|leiden|cluster|snn_res|(^|[._])res\.\d/i;
const GROUPS =
  /donor|patient|individual|subject|sample|batch|plate|replicate|library|channel|orig.?ident|lane|experiment|dataset|mouse.?id/i;
/** Columns with more values than this are neither labels nor groups. */
const MOST_VALUES = 500;

/**
 * Finds columns of obs that look like labels, clusters and groups: categories or texts with 2 to 500 values, by their names.
 * Columns with other names count as labels if they are categories.
 */
export function describeColumns(obs: DataFrame): DescribedColumns {
  const found: DescribedColumns = { labels: [], clusters: [], groups: [], others: [] };
  for (const [name, column] of obs.columns) {
    const isNamed = [LABELS, CLUSTERS, GROUPS].some((names) => names.test(name));
    const isText = column.kind === 'categorical' || column.kind === 'string';
    const counts = isText || (isNamed && column.kind !== 'boolean') ? countsOf(columnAsStrings(column)) : undefined;
    const isShared = counts !== undefined && counts.size > 1 && counts.size * 2 <= obs.index.length;
    if (!isShared || name.endsWith('ontology_term_id')) found.others.push(name);
    else if (GROUPS.test(name)) found.groups.push({ name, counts });
    else if (CLUSTERS.test(name) && !CELL_TYPE.test(name)) found.clusters.push({ name, counts });
    else found.labels.push({ name, counts });
  }
  const rank = ({ name }: CategoryColumn): number => (CELL_TYPE.test(name) ? 0 : LABELS.test(name) ? 1 : 2);
  found.labels.sort((a, b) => rank(a) - rank(b));
  return found;
}

function countsOf(values: readonly (string | null)[]): Map<string, number> | undefined {
  const counts = new Map<string, number>();
  for (const value of values) {
    if (value === null || value === '') continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    if (counts.size > MOST_VALUES) return undefined;
  }
  return counts;
}
