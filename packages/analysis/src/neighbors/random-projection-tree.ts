import { below, type Random } from '@geneformer-ts/core';
import type { Points } from '../sparse-rows.js';

/** Splits that one side lost entirely are made by halves; so is everything below this many of them in a row. */
const deepest = 64;

/**
 * Groups nearby rows: splits all of them by the plane halfway between two random ones, and each side again, until at most `leafSize`
 * are left (Dasgupta and Freund, STOC 2008; the trees that pynndescent starts from).
 *
 * @returns rows in the order of the leaves, and where each leaf starts, with the number of rows at the end
 */
export function randomProjectionTree(
  X: Points,
  leafSize: number,
  random: Random,
): { order: Int32Array; starts: number[] } {
  const order = Int32Array.from({ length: X.rows }, (_, row) => row);
  const starts: number[] = [];
  const normal = new Float64Array(X.cols);
  const open: [from: number, to: number, depth: number][] = [[0, X.rows, 0]];
  for (let node = open.pop(); node; node = open.pop()) {
    const [from, to, depth] = node;
    if (to - from <= leafSize) {
      starts.push(from);
      continue;
    }
    let middle = depth < deepest ? splitByPlane(X, order, from, to, normal, random) : from;
    if (middle === from || middle === to) middle = Math.floor((from + to) / 2);
    // The left side is opened next, so that leaves come in order.
    open.push([middle, to, depth + 1], [from, middle, depth + 1]);
  }
  starts.push(X.rows);
  return { order, starts };
}

/** Moves rows that are nearer to the first of two random rows to the front; returns where the others start. */
function splitByPlane(
  { cols, data }: Points,
  order: Int32Array,
  from: number,
  to: number,
  normal: Float64Array,
  random: Random,
): number {
  const first = order[from + below(random, to - from)] * cols;
  const second = order[from + below(random, to - from)] * cols;
  let offset = 0;
  for (let c = 0; c < cols; c++) {
    normal[c] = data[first + c] - data[second + c];
    offset += (normal[c] * (data[first + c] + data[second + c])) / 2;
  }
  let left = from;
  let right = to;
  while (left < right) {
    const row = order[left];
    let side = -offset;
    for (let c = 0; c < cols; c++) side += normal[c] * data[row * cols + c];
    // Rows on the plane, such as copies of one row, go to either side.
    if (side > 0 || (side === 0 && below(random, 2) === 0)) left++;
    else {
      right--;
      order[left] = order[right];
      order[right] = row;
    }
  }
  return left;
}
