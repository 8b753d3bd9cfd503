import { parseHTML } from 'linkedom';
import { textWidth } from '#font';

/** A line of text with the four corners of its box in the picture. */
export interface TextBox {
  text: string;
  corners: readonly (readonly [number, number])[];
}

type Matrix = readonly [number, number, number, number, number, number];
type Node = {
  tagName: string;
  children: Iterable<Node>;
  textContent: string;
  getAttribute(name: string): string | null;
};

/**
 * Returns every text of an SVG with its box, with all translations and rotations applied. Supports only the SVG of this
 * package.
 */
export function textBoxes(svg: string): { width: number; height: number; boxes: TextBox[] } {
  const root = parse(svg);
  const boxes: TextBox[] = [];
  const visit = (node: Node, outer: Matrix): void => {
    const matrix = compose(outer, node.getAttribute('transform') ?? '');
    if (node.tagName.toLowerCase() === 'text' && node.textContent.trim()) boxes.push(box(node, matrix));
    for (const child of node.children) visit(child, matrix);
  };
  visit(root, [1, 0, 0, 1, 0, 0]);
  return { width: Number(root.getAttribute('width')), height: Number(root.getAttribute('height')), boxes };
}

export function parse(svg: string): Node {
  const found = parseHTML(`<!doctype html><html><body>${svg}</body></html>`).document.querySelector('svg');
  if (!found) throw new Error('no svg element');
  return found;
}

/** Returns the layout faults of an SVG: overlapping texts, and texts that leave the picture. */
export function layoutFaults(svg: string): string[] {
  const { width, height, boxes } = textBoxes(svg);
  const faults: string[] = [];
  boxes.forEach((one, i) => {
    if (one.corners.some(([x, y]) => x < 0 || y < 0 || x > width || y > height))
      faults.push(`"${one.text}" leaves the picture`);
    for (const other of boxes.slice(i + 1)) {
      if (touch(one.corners, other.corners)) faults.push(`"${one.text}" touches "${other.text}"`);
    }
  });
  return faults;
}

function box(node: Node, matrix: Matrix): TextBox {
  const size = Number(node.getAttribute('font-size'));
  const width = textWidth(node.textContent, size, node.getAttribute('font-weight') === '700' ? 700 : 400);
  const anchor = { middle: 0.5, end: 1 }[node.getAttribute('text-anchor') ?? ''] ?? 0;
  const left = Number(node.getAttribute('x')) - anchor * width;
  const y = Number(node.getAttribute('y'));
  // From the top of the capitals to the bottom of most descenders.
  const [top, bottom] = [y - 0.73 * size, y + 0.2 * size];
  const corners = [
    [left, top],
    [left + width, top],
    [left + width, bottom],
    [left, bottom],
  ].map(
    ([a = 0, b = 0]) => [matrix[0] * a + matrix[2] * b + matrix[4], matrix[1] * a + matrix[3] * b + matrix[5]] as const,
  );
  return { text: node.textContent, corners };
}

function compose(outer: Matrix, transform: string): Matrix {
  let [a, b, c, d, e, f] = outer;
  for (const [, name, args = ''] of transform.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [p = 0, q = 0] = args.split(/[\s,]+/).map(Number);
    if (name === 'translate') {
      [e, f] = [a * p + c * q + e, b * p + d * q + f];
    } else if (name === 'rotate') {
      const [cos, sin] = [Math.cos((p * Math.PI) / 180), Math.sin((p * Math.PI) / 180)];
      [a, b, c, d] = [a * cos + c * sin, b * cos + d * sin, c * cos - a * sin, d * cos - b * sin];
    } else {
      throw new Error(`unsupported transform: ${name}`);
    }
  }
  return [a, b, c, d, e, f];
}

/** Returns whether two rectangles overlap by at least 0.5 px (separating axis theorem). */
function touch(first: TextBox['corners'], second: TextBox['corners']): boolean {
  for (const corners of [first, second]) {
    for (const side of [0, 1] as const) {
      const [p, q] = [corners[side], corners[side + 1]];
      if (!p || !q) return false;
      const length = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1;
      const [x, y] = [(q[0] - p[0]) / length, (q[1] - p[1]) / length];
      const along = (points: TextBox['corners']): number[] => points.map(([a, b]) => a * x + b * y);
      const overlap =
        Math.min(Math.max(...along(first)), Math.max(...along(second))) -
        Math.max(Math.min(...along(first)), Math.min(...along(second)));
      if (overlap < 0.5) return false;
    }
  }
  return true;
}
