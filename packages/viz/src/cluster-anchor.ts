import { median } from 'd3';

/**
 * Where a cluster's name belongs: the median of its densest part, which for one compact cluster is its median, and for a class that
 * lies in several places is in the main one of them rather than in the void between.
 *
 * @param points x0, y0, x1, y1 … in pixels of a square with this side
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
      // Among neighbourhoods that hold the same points the one with most of them in its middle is the best centred.
      const score = around + counts[cell] / (points.length + 1);
      if (score > most) [most, densest] = [score, cell];
    }
  }
  const centreX = (((densest % (bins + 2)) - 0.5) * side) / bins;
  const centreY = ((Math.floor(densest / (bins + 2)) - 0.5) * side) / bins;
  const xs: number[] = [];
  const ys: number[] = [];
  for (let at = 0; at < points.length; at += 2) {
    const [x, y] = [points[at], points[at + 1]];
    if (Math.hypot(x - centreX, y - centreY) > side / 6) continue;
    xs.push(x);
    ys.push(y);
  }
  return { x: median(xs) ?? centreX, y: median(ys) ?? centreY };
}
