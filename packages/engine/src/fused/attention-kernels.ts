/** Blocked attention on the onnx backend: one Scan in the forward pass, and one in the backward pass that recomputes the scores. */
import type { GraphBuilder } from '../graph/builder.js';
import { defineLowering, type OpSpec } from '../graph/lowering.js';
import { input, register } from '../kernels/register.js';
import { blocksOf } from './attention-blocks.js';
import { scanBlocks, type BlockOperand, type Plan } from './attention-scan.js';

const OPERANDS = ['dy', 'q', 'k', 'v', 'out', 'mask', 'drop'] as const;
type Operands<T = string> = Partial<Record<(typeof OPERANDS)[number], T>>;

export function registerAttention(): void {
  register('FusedAttention', (call) => {
    const present = OPERANDS.filter((name) => call.inputs[name] !== undefined);
    return call.backend.record(
      fusedAttention,
      present.map((name) => input(call, name)),
      { shape: input(call, 'q').shape, dtype: 'float32' },
      { present: present.join() },
    );
  });
  register('FusedAttentionGrad', (call) => {
    const present = OPERANDS.filter((name) => call.inputs[name] !== undefined);
    return call.backend.recordMany(
      fusedAttentionGrad,
      present.map((name) => input(call, name)),
      ['q', 'k', 'k'].map((name) => ({ shape: input(call, name).shape, dtype: 'float32' })),
      { present: present.join() },
    );
  });
}

/** Names of the `OPERANDS` that are present, joined by commas. */
type AttentionAttrs = { present: string };

const fusedAttention = defineLowering<AttentionAttrs>('FusedAttention', (graph, op, names, [out = '']) => {
  forward(graph, planOf(op), operandsOf(op, names), out);
});

const fusedAttentionGrad = defineLowering<AttentionAttrs>('FusedAttentionGrad', (graph, op, names, outputs) => {
  backward(graph, planOf(op), operandsOf(op, names), outputs);
});

function planOf(op: OpSpec<AttentionAttrs>): Plan {
  const { q, k } = operandsOf(op, op.inputs);
  const [batch = 0, heads = 0, queries = 0, headDim = 0] = q?.shape ?? [];
  const length = k?.shape[2] ?? 0;
  return {
    batch,
    heads,
    queries,
    length,
    headDim,
    scale: 1 / Math.sqrt(headDim),
    blocks: blocksOf(batch * heads, queries, length),
  };
}

function operandsOf<T>({ attrs }: OpSpec<AttentionAttrs>, values: readonly T[]): Operands<T> {
  return Object.fromEntries(attrs.present.split(',').map((operand, i) => [operand, values[i]]));
}

function forward(graph: GraphBuilder, plan: Plan, operands: Operands, out: string): void {
  const { v = '' } = operands;
  const stacked = graph.fresh();
  scanBlocks(graph, plan, {
    operands: {
      ...scoreOperands(graph, plan, operands),
      ...dropOperand(plan, operands),
      v: { name: v, width: plan.headDim, by: 'planes' },
    },
    rowResults: [stacked],
    planeResults: [],
    body: (body, block) => {
      const probabilities = softmaxOfScores(body, plan, block);
      const weights = applyDropout(body, block, probabilities);
      return [body.op('MatMul', [weights, block.v ?? ''])];
    },
  });
  graph.op('Reshape', [stacked, graph.int64(shapeOf(plan, plan.queries))], {}, out);
}

/**
 * Adds the gradients. With probabilities P, dropout mask M and output O, dV = (P M)ᵀ dO. Through the softmax,
 * dS = P (M (dO Vᵀ) - D), where D has the row sums of dO O; this holds with dropout, too.
 */
function backward(graph: GraphBuilder, plan: Plan, operands: Operands, outputs: readonly (string | undefined)[]): void {
  const { dy = '', q = '', k = '', v = '', out = '' } = operands;
  const { headDim: width, scale } = plan;
  const rowSums = graph.op('ReduceSum', [graph.op('Mul', [dy, out]), graph.int64([-1])], { keepdims: 1 });
  const [dq, dk, dv] = [graph.fresh(), graph.fresh(), graph.fresh()];
  scanBlocks(graph, plan, {
    operands: {
      ...scoreOperands(graph, plan, operands),
      ...dropOperand(plan, operands),
      q: { name: q, width, by: 'rows' },
      k: { name: k, width, by: 'planes' },
      v: { name: v, width, by: 'planes' },
      dy: { name: dy, width, by: 'rows' },
      rowSums: { name: rowSums, width: 1, by: 'rows' },
    },
    rowResults: [dq],
    planeResults: [dk, dv],
    body: (body, block, product) => {
      const { q = '', k = '', v = '', dy = '', rowSums = '' } = block;
      const probabilities = softmaxOfScores(body, plan, block);
      const upstream = applyDropout(body, block, body.contrib('FusedMatMul', [dy, v], { transB: 1 }));
      const dScores = body.op('Mul', [probabilities, body.op('Sub', [upstream, rowSums])]);
      const weights = applyDropout(body, block, probabilities);
      const dqBlock = body.contrib('FusedMatMul', [dScores, k], { alpha: { float: scale } });
      return [dqBlock, product(0, dScores, q, scale), product(1, weights, dy, 1)];
    },
  });
  [dq, dk, dv].forEach((stacked, i) => {
    const name = outputs[i];
    const rows = i === 0 ? plan.queries : plan.length;
    if (name !== undefined) graph.op('Reshape', [stacked, graph.int64(shapeOf(plan, rows))], {}, name);
  });
}

/**
 * Returns the operands of the scores. The additive mask is an extra column of the product: scale · [q, 1] · [k, mask / scale]ᵀ equals
 * scale · q · kᵀ + mask. This is faster than another pass over the scores.
 */
function scoreOperands(
  graph: GraphBuilder,
  plan: Plan,
  { q = '', k = '', mask }: Operands,
): Record<'scoreQ' | 'scoreK', BlockOperand> {
  const { batch, heads, queries, length, headDim, scale } = plan;
  if (mask === undefined) {
    return { scoreQ: { name: q, width: headDim, by: 'rows' }, scoreK: { name: k, width: headDim, by: 'planes' } };
  }
  const column = graph.int64([batch, heads, length, 1]);
  const ones = graph.op('Expand', [graph.float(1), graph.int64([batch, heads, queries, 1])]);
  const perKey = graph.op('Reshape', [
    graph.op('Mul', [mask, graph.float(1 / scale)]),
    graph.int64([batch, 1, length, 1]),
  ]);
  const maskColumn = graph.op('Expand', [perKey, column]);
  return {
    scoreQ: { name: graph.op('Concat', [q, ones], { axis: 3 }), width: headDim + 1, by: 'rows' },
    scoreK: { name: graph.op('Concat', [k, maskColumn], { axis: 3 }), width: headDim + 1, by: 'planes' },
  };
}

function softmaxOfScores(
  body: GraphBuilder,
  plan: Plan,
  { scoreQ = '', scoreK = '' }: Readonly<Record<string, string>>,
): string {
  const scores = body.contrib('FusedMatMul', [scoreQ, scoreK], { transB: 1, alpha: { float: plan.scale } });
  return body.op('Softmax', [scores], { axis: -1 });
}

/** Returns the dropout mask, divided into blocks like the scores. */
function dropOperand({ length }: Plan, { drop }: Operands): Record<string, BlockOperand> {
  return drop === undefined ? {} : { drop: { name: drop, width: length, by: 'rows' } };
}

function applyDropout(body: GraphBuilder, { drop }: Readonly<Record<string, string>>, values: string): string {
  return drop === undefined ? values : body.op('Mul', [values, drop]);
}

function shapeOf({ batch, heads, headDim }: Plan, rows: number): number[] {
  return [batch, heads, rows, headDim];
}
