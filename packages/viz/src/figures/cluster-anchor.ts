import { median } from 'd3';

/**
 * Returns the position of a cluster's name: the median of the cluster's densest part. A class with several clusters is
 * named at its largest one, not in the empty space between them.
 *
 * @param points x0, y0, x1, y1 … in pixels
 * @param side side of the square plot, in pixels
 */
export function clusterAnchor(points: Float64Array, side: number): { x: number; y: number } {
  const bins = 20;
  const counts = new Int32Array((bins + 2) * (bins + 2));
  const bin = (value: number): number => 1 + Math.min(bins - 1, Math.max(0, Math.floor((value / side) * bins)));
  for (let at = 0; at < points.length; at += 2) {
    const cell = bin(points[at + 1]) * (bins + 2) + bin(points[at]);
    counts[cell] = counts[cell] + 1;
  }
  let densest = 0;
  let most = -1;
  for (let row = 1; row <= bins; row++) {
    for (let column = 1; column <= bins; column++) {
      const cell = row * (bins + 2) + column;
      let around = 0;
      for (const step of [-bins - 3, -bins - 2, -bins - 1, -1, 0, 1, bins + 1, bins + 2, bins + 3])
        around += counts[cell + step];
      // Among neighborhoods with equal counts, prefer the one with the most points in its central bin.
      const score = around + counts[cell] / (points.length + 1);
      if (score > most) [most, densest] = [score, cell];
    }
  }
  const centerX = (((densest % (bins + 2)) - 0.5) * side) / bins;
  const centerY = ((Math.floor(densest / (bins + 2)) - 0.5) * side) / bins;
  const xs: number[] = [];
  const ys: number[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at], points[at + 1]];
    if (Math.hypot(x - centerX, y - centerY) > side / 6) continue;
    xs.push(x);
    ys.push(y);
  }
  return { x: median(xs) ?? centerX, y: median(ys) ?? centerY };
}
