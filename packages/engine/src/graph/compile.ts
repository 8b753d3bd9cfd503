/** Compiles a trace to an ONNX model. */
import type { Trace } from './trace.js';
import type { GraphNode, LazyTensor } from './record.js';
import { GraphBuilder } from './builder.js';
import { loweringOf, type TensorSpec } from './lowering.js';
import { encodeModel, type GraphProto, type TensorConstant, type ValueInfo } from '../onnx/model.js';

/** A trace as ONNX nodes. */
export interface Lowered extends GraphProto {
  /** Description of the recorded op of each node, by node name, for error messages. */
  readonly origins: ReadonlyMap<string, string>;
}

/** An ONNX model with the names that are needed to run it. */
export interface Compiled {
  readonly model: Uint8Array;
  /** Number of nodes. */
  readonly nodes: number;
  readonly origins: ReadonlyMap<string, string>;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** Returns the ONNX nodes of a trace. */
export function lower(trace: Trace): Lowered {
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
  return {
    nodes: builder.nodes,
    constants: new Map([...trace.constants.map((tensor) => constantOf(trace, tensor)), ...builder.constants]),
    inputs: trace.feeds.map((feed) => valueInfo(trace, feed)),
    outputs: trace.outputs.map((output) => valueInfo(trace, output)),
    origins,
  };
}

/**
 * Returns the ONNX model of lowered ops.
 *
 * @param sizes names of size constants that become inputs, after the others, so that the model serves graphs of any sizes; without it
 *   the model is for the sizes of this graph only
 */
export function encode(graph: Lowered, sizes?: ReadonlySet<string>): Compiled {
  const { nodes, outputs, origins } = graph;
  const constants = new Map([...graph.constants].filter(([name]) => !sizes?.has(name)));
  const sizeInputs = [...(sizes ?? [])].map((name): ValueInfo => {
    return { name, type: 'int64', dims: graph.constants.get(name)?.dims ?? [] };
  });
  const inputs = [...graph.inputs, ...sizeInputs];
  return {
    model: encodeModel({ nodes, constants, inputs, outputs }, sizes ? 'any' : 'fixed'),
    nodes: nodes.length,
    origins,
    inputNames: inputs.map(({ name }) => name),
    outputNames: outputs.map(({ name }) => name),
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

function constantOf(trace: Trace, tensor: LazyTensor): [string, TensorConstant] {
  const { constant, shape: dims, data } = tensor;
  if (!data || !constant) throw new Error('a constant has no value');
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [nameOf(trace, tensor), { ...constant, dims, bytes }];
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
