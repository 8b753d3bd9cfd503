/** Groups numbered from 0 in ascending order of their ids. */
export interface GroupIndex {
  count: number;
  /** Number of the group of each row. */
  groupOf: Int32Array;
  /** Rows in each group. */
  sizes: Int32Array;
}

export function indexGroups(groups: Int32Array): GroupIndex {
  const ids = Int32Array.from(new Set(groups)).sort();
  const number = new Map<number, number>();
  ids.forEach((id, position) => number.set(id, position));
  const groupOf = new Int32Array(groups.length);
  const sizes = new Int32Array(ids.length);
  for (let row = 0; row < groups.length; row++) {
    const group = number.get(groups[row])!;
    groupOf[row] = group;
    sizes[group]++;
  }
  return { count: ids.length, groupOf, sizes };
}
