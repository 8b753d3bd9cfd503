/**
 * ONNX Scans over the blocks of attention. They divide operands into blocks and stack results without copies. If planes are divided into
 * blocks of rows, one Scan iterates over the planes and a nested one over the rows, and the nested one sums the results of a plane.
 */
import type { GraphBuilder, Slot } from '../graph/builder.js';
import type { Blocks } from './attention-blocks.js';

/** Sizes of an attention and its blocks. */
export interface Plan {
  batch: number;
  heads: number;
  /** Rows of a plane of the score matrix; `length` is the number of columns. */
  queries: number;
  length: number;
  headDim: number;
  scale: number;
  blocks: Blocks;
}

/** Tensor [batch, heads, queries or length, width]; a block uses its own rows, or all rows of its planes. */
export interface BlockOperand {
  name: string;
  width: number;
  by: 'rows' | 'planes';
}

/** Computation of the blocks. */
export interface BlockWork {
  operands: Readonly<Record<string, BlockOperand>>;
  /** Outer names of results with the rows of a block. */
  rowResults: readonly string[];
  /** Outer names of results with all rows of the planes of a block. */
  planeResults: readonly string[];
  /**
   * Computes one block and returns its `rowResults` followed by its `planeResults`. Plane results must be products from
   * `product(i, a, b, scale)`: `scale · aᵀ · b` plus the i-th plane result of earlier blocks of the plane.
   */
  body: (graph: GraphBuilder, block: Readonly<Record<string, string>>, product: Product) => readonly string[];
}

/** Adds a product to the plane result at `index` and returns its name. */
export type Product = (index: number, a: string, b: string, scale: number) => string;

/** Adds the Scan over all blocks. */
export function scanBlocks(graph: GraphBuilder, plan: Plan, work: BlockWork): void {
  if (plan.blocks.perPlane === 1) scanPlanes(graph, plan, work);
  else scanRows(graph, plan, work);
}

/** Scans blocks of whole planes. */
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

/** Scans blocks of rows of one plane. */
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
    const byRows = keys.filter((key) => work.operands[key]?.by === 'rows');
    const inputs = byRows.map((key): Slot => {
      return { name: plane[key] ?? '', type: float, dims: [rows, work.operands[key]?.width ?? 0] };
    });
    const states = work.planeResults.map((): Slot => ({ name: zeros, type: float, dims: [length, headDim] }));
    const finals = work.planeResults.map(() => middle.fresh());
    const stacked = work.rowResults.map((): Slot => ({ name: middle.fresh(), type: float, dims: [rows, headDim] }));
    middle.scan({ states, inputs, results: stacked, finals }, (inner, sums, parts) => {
      const product: Product = (index, a, b, scale) =>
        inner.op('Gemm', [a, b, sums[index] ?? ''], { transA: 1, alpha: { float: scale } });
      const computed = work.body(inner, { ...plane, ...named(byRows, parts) }, product);
      return [...computed.slice(work.rowResults.length), ...computed.slice(0, work.rowResults.length)];
    });
    return [...stacked.map(({ name }) => name), ...finals];
  });
}

function named(keys: readonly string[], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, i) => [keys[i] ?? '', name]));
}
