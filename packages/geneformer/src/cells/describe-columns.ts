import { columnAsStrings, type DataFrame } from '@geneformer-ts/io';

/** A column of obs with a few names that many cells share. */
export interface CategoryColumn {
  name: string;
  /** Number of cells of each value, without missing ones. */
  counts: Map<string, number>;
}

/** Columns that look like labels to train on, and like groups to hold out. */
export interface DescribedColumns {
  labels: CategoryColumn[];
  groups: CategoryColumn[];
  others: string[];
}

const LABELS =
  /cell.?type|celltype|label|annotation|cell.?line|class|identity|louvain|leiden|cluster|state|subtype|lineage/i;
const GROUPS =
  /donor|patient|individual|subject|sample|batch|plate|replicate|library|channel|orig.?ident|lane|experiment|dataset|mouse.?id/i;
/** Columns with more values than this are neither labels nor groups. */
const MOST_VALUES = 500;

/**
 * Finds columns of obs that look like labels and groups: categories or texts with 2 to 500 values, by their names. Columns
 * with other names count as labels if they are categories.
 */
export function describeColumns(obs: DataFrame): DescribedColumns {
  const found: DescribedColumns = { labels: [], groups: [], others: [] };
  for (const [name, column] of obs.columns) {
    const isNamed = LABELS.test(name) || GROUPS.test(name);
    const isText = column.kind === 'categorical' || column.kind === 'string';
    const counts = isText || (isNamed && column.kind !== 'boolean') ? countsOf(columnAsStrings(column)) : undefined;
    const isShared = counts !== undefined && counts.size > 1 && counts.size * 2 <= obs.index.length;
    if (!isShared || name.endsWith('ontology_term_id')) found.others.push(name);
    else if (GROUPS.test(name)) found.groups.push({ name, counts });
    else found.labels.push({ name, counts });
  }
  // Names that say "cell type" come first, and clusters last, because clusters are not labels of a person.
  const rank = ({ name }: CategoryColumn): number =>
    /cell.?type|celltype/i.test(name) ? 0 : /louvain|leiden|cluster/i.test(name) ? 3 : LABELS.test(name) ? 1 : 2;
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
