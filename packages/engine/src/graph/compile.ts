/** Compiles a trace to an ONNX model. */
import type { Trace } from './trace.js';
import type { GraphNode, LazyTensor } from './record.js';
import { GraphBuilder } from './builder.js';
import { loweringOf, type TensorSpec } from './lowering.js';
import { encodeModel, type ValueInfo } from '../onnx/model.js';

/** An ONNX model with the names that are needed to run it. */
export interface Compiled {
  readonly model: Uint8Array;
  /** Number of nodes. */
  readonly nodes: number;
  /** Description of the recorded op of each node, by node name, for error messages. */
  readonly origins: ReadonlyMap<string, string>;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** Returns the ONNX model of a trace. */
export function compile(trace: Trace): Compiled {
  const builder = new GraphBuilder();
  const used = usedTensors(trace);
  const origins = new Map<string, string>();
  for (const node of trace.nodes) {
    const inputs = node.inputs.map((input) => nameOf(trace, input));
    const outputs = node.outputs.map((output) => (used.has(output) ? nameOf(trace, output) : undefined));
    const from = builder.nodes.length;
    const op = { attrs: node.attrs, inputs: node.inputs.map(specOf), outputs: node.outputs.map(specOf) };
    loweringOf(node.op)(builder, op, inputs, outputs);
    for (const made of builder.nodes.slice(from)) origins.set(made.name, describe(node));
  }
  const inputs = trace.feeds.map((feed) => valueInfo(trace, feed));
  const outputs = trace.outputs.map((output) => valueInfo(trace, output));
  return {
    model: encodeModel({ nodes: builder.nodes, constants: builder.constants, inputs, outputs }),
    nodes: builder.nodes.length,
    origins,
    inputNames: inputs.map((input) => input.name),
    outputNames: outputs.map((output) => output.name),
  };
}

/** Returns the tensors that are used in the graph; other outputs of ops are omitted. */
function usedTensors(trace: Trace): Set<LazyTensor> {
  const used = new Set(trace.outputs);
  for (const node of trace.nodes) for (const input of node.inputs) used.add(input);
  return used;
}

function nameOf(trace: Trace, tensor: LazyTensor): string {
  const name = trace.names.get(tensor);
  if (name === undefined) throw new Error('a tensor is missing from its own trace');
  return name;
}

function valueInfo(trace: Trace, tensor: LazyTensor): ValueInfo {
  return { name: nameOf(trace, tensor), type: tensor.dtype, dims: tensor.shape };
}

/** Returns the properties of a tensor that are in the structural key. */
function specOf({ shape, dtype }: LazyTensor): TensorSpec {
  return { shape, dtype };
}

function describe(node: GraphNode): string {
  const shapes = (tensors: readonly LazyTensor[]): string =>
    tensors.map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`).join(', ');
  return `${node.op}: ${shapes(node.inputs)} -> ${shapes(node.outputs)}`;
}
