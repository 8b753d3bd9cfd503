/**
 * ONNX Scans over the blocks of attention. They cut operands into blocks and stack results without copying. Where a plane is cut into
 * blocks of rows, one Scan walks over the planes and a Scan inside it over the rows, adding up what belongs to the whole plane.
 */
import type { GraphBuilder, Slot } from '../graph/builder.js';
import type { Blocks } from './attention-blocks.js';

export interface Plan {
  batch: number;
  heads: number;
  /** Rows of the score matrix; its columns are `length`. */
  queries: number;
  length: number;
  headDim: number;
  scale: number;
  blocks: Blocks;
}

/** A tensor [batch, heads, queries or length, width] of which a block needs its own rows, or all rows of its planes. */
export interface BlockOperand {
  name: string;
  width: number;
  by: 'rows' | 'planes';
}

export interface BlockWork {
  operands: Readonly<Record<string, BlockOperand>>;
  /** Outer names of the results that have a block's rows, and of those that have all rows of its planes. */
  rowResults: readonly string[];
  planeResults: readonly string[];
  /**
   * Computes one block and returns its `rowResults` and then its `planeResults`. The latter must be made with `product(i, a, b, scale)`,
   * which is `aᵀ · b`, scaled, plus what earlier blocks of the plane gave to the i-th of them.
   */
  body: (graph: GraphBuilder, block: Readonly<Record<string, string>>, product: Product) => readonly string[];
}

export type Product = (index: number, a: string, b: string, scale: number) => string;

export function scanBlocks(graph: GraphBuilder, plan: Plan, work: BlockWork): void {
  if (plan.blocks.perPlane === 1) scanPlanes(graph, plan, work);
  else scanRows(graph, plan, work);
}

/** Blocks of whole planes. */
function scanPlanes(graph: GraphBuilder, plan: Plan, work: BlockWork): void {
  const { count, planes, rows } = plan.blocks;
  const float = 'float32' as const;
  const keys = Object.keys(work.operands);
  const inputs = Object.values(work.operands).map(({ name, width, by }): Slot => {
    const dims = [planes, by === 'rows' ? rows : plan.length, width];
    return { name: graph.op('Reshape', [name, graph.int64([count, ...dims])]), type: float, dims };
  });
  const results = [
    ...work.rowResults.map((name): Slot => ({ name, type: float, dims: [planes, rows, plan.headDim] })),
    ...work.planeResults.map((name): Slot => ({ name, type: float, dims: [planes, plan.length, plan.headDim] })),
  ];
  graph.scan({ inputs, results }, (inner, _states, elements) => {
    const product: Product = (_index, a, b, scale) =>
      inner.contrib('FusedMatMul', [a, b], { transA: 1, alpha: { float: scale } });
    return work.body(inner, named(keys, elements), product);
  });
}

/** Blocks of rows of one plane. */
function scanRows(graph: GraphBuilder, plan: Plan, work: BlockWork): void {
  const { rows, perPlane } = plan.blocks;
  const { length, headDim } = plan;
  const planes = plan.batch * plan.heads;
  const float = 'float32' as const;
  const keys = Object.keys(work.operands);
  const outer = Object.values(work.operands).map(({ name, width, by }): Slot => {
    const dims = by === 'rows' ? [perPlane, rows, width] : [length, width];
    return { name: graph.op('Reshape', [name, graph.int64([planes, ...dims])]), type: float, dims };
  });
  const zeros =
    work.planeResults.length > 0 ? graph.op('Expand', [graph.float(0), graph.int64([length, headDim])]) : '';
  const results = [
    ...work.rowResults.map((name): Slot => ({ name, type: float, dims: [perPlane, rows, headDim] })),
    ...work.planeResults.map((name): Slot => ({ name, type: float, dims: [length, headDim] })),
  ];
  graph.scan({ inputs: outer, results }, (middle, _states, elements) => {
    const plane = named(keys, elements);
    const cut = keys.filter((key) => work.operands[key]?.by === 'rows');
    const inputs = cut.map((key): Slot => {
      return { name: plane[key] ?? '', type: float, dims: [rows, work.operands[key]?.width ?? 0] };
    });
    const states = work.planeResults.map((): Slot => ({ name: zeros, type: float, dims: [length, headDim] }));
    const finals = work.planeResults.map(() => middle.fresh());
    const stacked = work.rowResults.map((): Slot => ({ name: middle.fresh(), type: float, dims: [rows, headDim] }));
    middle.scan({ states, inputs, results: stacked, finals }, (inner, sums, parts) => {
      const product: Product = (index, a, b, scale) =>
        inner.op('Gemm', [a, b, sums[index] ?? ''], { transA: 1, alpha: { float: scale } });
      const made = work.body(inner, { ...plane, ...named(cut, parts) }, product);
      return [...made.slice(work.rowResults.length), ...made.slice(0, work.rowResults.length)];
    });
    return [...stacked.map(({ name }) => name), ...finals];
  });
}

function named(keys: readonly string[], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [keys[i] ?? '', name]));
}
