/**
 * Moves labels along one axis until none overlap. Keeps their order, and keeps each as near to its wanted position as
 * possible (pool adjacent violators: colliding neighbors form a block around the mean of their wanted positions).
 *
 * @param wanted center of each label
 * @param sizes  size of each label along the axis, gaps included
 * @param low,high range for the labels; labels that do not all fit are spread evenly and overlap equally
 * @returns the centers, in the order of `wanted`
 */
export function dodge(wanted: readonly number[], sizes: readonly number[], low: number, high: number): number[] {
  const size = (i: number): number => sizes[i] ?? 0;
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0) || a - b);
  const total = order.reduce((sum, i) => sum + size(i), 0);
  const squeeze = total > high - low ? (high - low) / total : 1;

  interface Block {
    members: number[];
    length: number;
    start: number;
  }
  const blocks: Block[] = [];
  const place = (members: number[]): Block => {
    const length = members.reduce((sum, i) => sum + size(i) * squeeze, 0);
    let before = 0;
    let wish = 0;
    for (const i of members) {
      wish += (wanted[i] ?? 0) - before - (size(i) * squeeze) / 2;
      before += size(i) * squeeze;
    }
    const start = Math.min(Math.max(wish / members.length, low), high - length);
    return { members, length, start };
  };
  for (const i of order) {
    let block = place([i]);
    for (let last = blocks.at(-1); last && last.start + last.length > block.start + 1e-9; last = blocks.at(-1)) {
      blocks.pop();
      block = place([...last.members, ...block.members]);
    }
    blocks.push(block);
  }

  const centers = new Array<number>(wanted.length).fill(0);
  for (const block of blocks) {
    let at = block.start;
    for (const i of block.members) {
      centers[i] = at + (size(i) * squeeze) / 2;
      at += size(i) * squeeze;
    }
  }
  return centers;
}
