import { clusterAnchor } from './cluster-anchor.js';
import { placeLabels } from './cluster-labels.js';
import { element } from '../drawing/markup.js';
import type { Markup } from '../drawing/markup.js';
import { ink, missing, muted, paper, rule } from '../drawing/palette.js';
import { group, label, labelLines, lettering, linesHeight } from '../drawing/theme.js';
import { widest, wrap } from '../drawing/words.js';

interface ScatterPlot {
  /** Coordinates, rows × 2, row-major, finite. */
  points: ArrayLike<number>;
  /** One color per row. */
  colors: readonly string[];
  /** One name per row, to label the clusters, or empty. */
  names: readonly (string | null | undefined)[];
  side: number;
  axes: readonly [string, string];
}

const layers = 12;
const inset = 14;
/** Space in pixels for the axis names to the left of the square and below it. */
export const axisRoom = 14;

/** Draws the square with the points and the names of their clusters; the origin is its top left. */
export function scatterPlot(plot: ScatterPlot): Markup {
  const { side } = plot;
  const rows = plot.points.length / 2;
  const place = fit(plot.points, side);
  const radius = Math.min(3.2, Math.max(0.9, (0.22 * side) / Math.sqrt(rows)));
  return group(
    0,
    0,
    element('rect', { width: side, height: side, fill: 'none', stroke: rule }),
    element(
      'g',
      { fill: 'none', 'stroke-width': 2 * radius, 'stroke-linecap': 'round', 'stroke-opacity': 0.8 },
      dots(plot, place),
    ),
    axisNames(side, plot.axes),
    clusterNames(plot, place),
  );
}

type Place = (row: number) => readonly [number, number];

/**
 * Returns a mapping to pixels with one scale for both axes, because only relative distances in a UMAP are meaningful.
 */
function fit(points: ArrayLike<number>, side: number): Place {
  const low = [Infinity, Infinity] as [number, number];
  const high = [-Infinity, -Infinity] as [number, number];
  for (let at = 0; at < points.length; at++) {
    const axis = (at & 1) as 0 | 1;
    const value = points[at] ?? 0;
    if (value < low[axis]) low[axis] = value;
    if (value > high[axis]) high[axis] = value;
  }
  const extent = Math.max(high[0] - low[0], high[1] - low[1]) || 1;
  const scale = (side - 2 * inset) / extent;
  const center = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2] as const;
  return (row) => [
    side / 2 + ((points[2 * row] ?? 0) - center[0]) * scale,
    side / 2 - ((points[2 * row + 1] ?? 0) - center[1]) * scale,
  ];
}

/**
 * Draws the points as one path of round dots per color and layer. The layer is a hash of the row, so that no color is
 * always on top. This needs about a hundred times fewer elements than one per point.
 */
function dots(plot: ScatterPlot, place: Place): Markup[] {
  const paths = new Map<string, { color: string; layer: number; d: string[] }>();
  plot.colors.forEach((color, row) => {
    const layer = color === missing ? -1 : (Math.imul(row + 1, 0x9e3779b1) >>> 16) % layers;
    const key = `${layer} ${color}`;
    let path = paths.get(key);
    if (!path) paths.set(key, (path = { color, layer, d: [] }));
    const [x, y] = place(row);
    path.d.push(`M${tenth(x)} ${tenth(y)}h0`);
  });
  return [...paths.values()]
    .sort((a, b) => a.layer - b.layer)
    .map(({ color, d }) => element('path', { stroke: color, d: d.join('') }));
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10 + 0);
}

/**
 * Draws the axis names at the lower left corner, outside the square. UMAP axes have no ticks: their values have no
 * meaning.
 */
function axisNames(side: number, [horizontal, vertical]: readonly [string, string]): Markup {
  const style = { ...lettering.small, size: 9.5 };
  return group(
    0,
    side,
    label(`${horizontal} →`, 0, axisRoom - 2, style, { fill: muted }),
    label(`${vertical} →`, 0, -5, style, { fill: muted, transform: 'rotate(-90)' }),
  );
}

function clusterNames(plot: ScatterPlot, place: Place): Markup[] {
  const style = plot.side < 260 ? { ...lettering.strong, size: 10 } : lettering.strong;
  const members = new Map<string, number[]>();
  plot.names.forEach((name, row) => {
    if (!name) return;
    const rows = members.get(name);
    if (rows) rows.push(row);
    else members.set(name, [row]);
  });
  const clusters = [...members]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([name, rows]) => {
      const lines = wrap(name, Math.min(130, plot.side * 0.4), style, 2);
      const points = Float64Array.from(rows.flatMap((row) => place(row)));
      return {
        lines,
        points,
        ...clusterAnchor(points, plot.side),
        width: widest(lines, style) + 4,
        height: linesHeight(lines.length, style),
      };
    });
  const places = placeLabels(clusters, plot.side, plot.side);
  return clusters.flatMap(({ lines, height }, i) => {
    const at = places[i];
    if (!at) return [];
    const [x1, y1, x2, y2] = at.leader ?? [];
    return [
      at.leader ? element('line', { x1, y1, x2, y2, stroke: ink, 'stroke-width': 0.7 }) : undefined,
      ...labelLines(lines, at.x, at.y - height / 2 + style.size, style, {
        'text-anchor': 'middle',
        stroke: paper,
        'stroke-width': 3.5,
        'stroke-linejoin': 'round',
        'paint-order': 'stroke',
      }),
    ].filter((one) => one !== undefined);
  });
}
