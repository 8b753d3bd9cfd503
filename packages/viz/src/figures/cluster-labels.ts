/** A cluster to be named: its points, and the size of its name. */
interface NamedCluster {
  /** x0, y0, x1, y1 … in pixels */
  points: Float64Array;
  /** Preferred center of the name. */
  x: number;
  y: number;
  width: number;
  height: number;
}

interface LabelPlace {
  /** Center of the name. */
  x: number;
  y: number;
  /** Line from the cluster to the edge of a distant name: x0, y0, x1, y1. */
  leader?: Segment;
}

type Segment = readonly [number, number, number, number];

const gap = 3;
/** Free margin along the frame, in pixels. */
const edge = 4;
const directions = 16;
const rings = 12;
const ringStep = 6;
/**
 * A name gets a leader line if it is this far from its preferred position and few of the cluster's points lie within
 * `beside`.
 */
const leaderFrom = 22;
const beside = 16;
const fewPoints = 0.06;
/** Cost of hiding all of the own cluster, or all of another one, relative to moving the name by a plot's width. */
const hidingOwn = 0.35;
const hidingOther = 0.9;
/** Scoring samples about this many points per cluster. */
const sample = 400;

/**
 * Places cluster names inside `width` × `height` pixels, each at its preferred position or on a ring around it.
 *
 * Every position has a cost: the shares of the clusters that the name hides, plus its distance. The cheapest position
 * that touches no earlier name wins. A small cluster therefore has its name beside it, and a large one on top. Names
 * are placed in the order given (largest cluster first). Deterministic.
 *
 * @returns one place per cluster; undefined for a name without a free position
 */
export function placeLabels(
  clusters: readonly NamedCluster[],
  width: number,
  height: number,
): (LabelPlace | undefined)[] {
  const placed: (NamedCluster & LabelPlace)[] = [];
  return clusters.map((cluster) => {
    let best: LabelPlace | undefined;
    let least = Infinity;
    for (const center of candidates(cluster, width, height)) {
      const place = withLeader(cluster, center);
      const distance = Math.hypot(place.x - cluster.x, place.y - cluster.y) / width;
      if (distance >= least || placed.some((other) => inTheWay(cluster, place, other))) continue;
      let cost = distance;
      for (const other of clusters)
        cost += (other === cluster ? hidingOwn : hidingOther) * hiddenShare(other.points, cluster, place);
      if (cost < least - 1e-9) {
        least = cost;
        best = place;
      }
    }
    if (best) placed.push({ ...cluster, ...best });
    return best;
  });
}

function candidates(cluster: NamedCluster, width: number, height: number): LabelPlace[] {
  const places: LabelPlace[] = [{ x: cluster.x, y: cluster.y }];
  for (let ring = 1; ring <= rings; ring++) {
    for (let d = 0; d < directions; d++) {
      const angle = (2 * Math.PI * d) / directions;
      // Each ring is one step larger than the name, so that the first one just clears the center.
      places.push({
        x: cluster.x + Math.cos(angle) * (cluster.width / 2 + ring * ringStep),
        y: cluster.y + Math.sin(angle) * (cluster.height / 2 + ring * ringStep),
      });
    }
  }
  const clamp = (value: number, half: number, size: number): number =>
    Math.min(Math.max(value, half + edge), Math.max(half + edge, size - half - edge));
  return places.map(({ x, y }) => ({ x: clamp(x, cluster.width / 2, width), y: clamp(y, cluster.height / 2, height) }));
}

function withLeader(cluster: NamedCluster, { x, y }: LabelPlace): LabelPlace {
  const [dx, dy] = [cluster.x - x, cluster.y - y];
  const away = Math.max(Math.abs(dx) - cluster.width / 2, Math.abs(dy) - cluster.height / 2);
  const near = { ...cluster, width: cluster.width + 2 * beside, height: cluster.height + 2 * beside };
  if (away <= leaderFrom || hiddenShare(cluster.points, near, { x, y }) > fewPoints) return { x, y };
  // The point where the line from the name's center leaves its box.
  const share = Math.min(
    cluster.width / 2 / (Math.abs(dx) || Infinity),
    cluster.height / 2 / (Math.abs(dy) || Infinity),
  );
  return { x, y, leader: [cluster.x, cluster.y, x + dx * share, y + dy * share] };
}

/** Returns whether two names would touch, or the line of one would cross the other. */
function inTheWay(cluster: NamedCluster, place: LabelPlace, other: NamedCluster & LabelPlace): boolean {
  const near = { x: place.x, y: place.y, width: cluster.width + 2 * gap, height: cluster.height + 2 * gap };
  return (
    (Math.abs(near.x - other.x) < (near.width + other.width) / 2 &&
      Math.abs(near.y - other.y) < (near.height + other.height) / 2) ||
    crosses(other.leader, near) ||
    crosses(place.leader, other)
  );
}

/** Returns whether a segment intersects a box given by its center and size (slab method). */
function crosses(segment: Segment | undefined, box: { x: number; y: number; width: number; height: number }): boolean {
  if (!segment) return false;
  const [x0, y0, x1, y1] = segment;
  let [enter, leave] = [0, 1];
  for (const [from, by, center, half] of [
    [x0, x1 - x0, box.x, box.width / 2],
    [y0, y1 - y0, box.y, box.height / 2],
  ] as const) {
    const bounds = [(center - half - from) / by, (center + half - from) / by].sort((a, b) => a - b) as [number, number];
    if (by === 0) {
      if (Math.abs(from - center) > half) return false;
      continue;
    }
    enter = Math.max(enter, bounds[0]);
    leave = Math.min(leave, bounds[1]);
  }
  return enter < leave;
}

/** Returns the share of the points that a name at this place covers. */
function hiddenShare(points: Float64Array, { width, height }: NamedCluster, { x, y }: LabelPlace): number {
  const stride = 2 * Math.max(1, Math.floor(points.length / 2 / sample));
  let hidden = 0;
  let seen = 0;
  for (let at = 0; at < points.length; at += stride) {
    seen++;
    if (Math.abs(points[at] - x) < width / 2 && Math.abs(points[at + 1] - y) < height / 2) hidden++;
  }
  return seen === 0 ? 0 : hidden / seen;
}
