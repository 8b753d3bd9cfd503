/**
 * Encodes the part of ONNX's ModelProto that this backend needs: nodes, attributes, initializers, inputs and outputs.
 * Field numbers are those of `onnx.proto3`.
 */
import { WireWriter } from './wire.js';

/** Numbers of element types in TensorProto.DataType. */
export const elementType = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof elementType;

/** A constant tensor; `bytes` are little-endian. */
export interface TensorConstant {
  type: ElementType;
  dims: readonly number[];
  bytes: Uint8Array;
  /** A number that constants of equal bytes share, for large constants whose bytes are not compared. */
  id?: number;
}

/** A node's attribute. A number is an INT; floats are wrapped in an object, to distinguish 1.0 from 1. */
export type Attribute =
  number | readonly number[] | string | { float: number } | { tensor: TensorConstant } | { graph: GraphProto };
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node of a graph. */
export interface NodeProto {
  op: string;
  name: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Attributes;
}

/** Input or output of a graph. A dimension given by name can have any size; '' is a size without a name. */
export interface ValueInfo {
  name: string;
  type: ElementType;
  dims: readonly (number | string)[];
}

/** A graph with its constants. */
export interface GraphProto {
  nodes: readonly NodeProto[];
  constants: ReadonlyMap<string, TensorConstant>;
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
}

const IR_VERSION = 8;
const OPSET = 17;
const MICROSOFT_OPSET = 1;
const ATTRIBUTE = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, ints: 7 };

/**
 * Returns the bytes of an ONNX model.
 *
 * @param sizes whether the sizes of inputs and outputs are fixed, also those of subgraphs, or only their number of dimensions
 */
export function encodeModel(graph: GraphProto, sizes: 'fixed' | 'any' = 'fixed'): Uint8Array {
  return new WireWriter()
    .int(1, IR_VERSION)
    .message(7, encodeGraph(sizes === 'fixed' ? graph : withoutSizes(graph)))
    .message(8, encodeOpset('', OPSET))
    .message(8, encodeOpset('com.microsoft', MICROSOFT_OPSET))
    .finish();
}

function withoutSizes(graph: GraphProto): GraphProto {
  const free = (value: ValueInfo): ValueInfo => ({ ...value, dims: value.dims.map(() => '') });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, value]) => [
          name,
          typeof value === 'object' && 'graph' in value ? { graph: withoutSizes(value.graph) } : value,
        ]),
      ),
    })),
    inputs: graph.inputs.map(free),
    outputs: graph.outputs.map(free),
  };
}

function encodeOpset(domain: string, version: number): WireWriter {
  return new WireWriter().string(1, domain).int(2, version);
}

function encodeGraph(graph: GraphProto): WireWriter {
  const out = new WireWriter();
  for (const node of graph.nodes) out.message(1, encodeNode(node));
  out.string(2, 'recorded');
  for (const [name, constant] of graph.constants) out.message(5, encodeTensor(constant, name));
  for (const input of graph.inputs) out.message(11, encodeValueInfo(input));
  for (const output of graph.outputs) out.message(12, encodeValueInfo(output));
  return out;
}

function encodeNode(node: NodeProto): WireWriter {
  const out = new WireWriter();
  for (const input of node.inputs) out.string(1, input);
  for (const output of node.outputs) out.string(2, output);
  out.string(3, node.name).string(4, node.op);
  for (const [name, value] of Object.entries(node.attributes)) out.message(5, encodeAttribute(name, value));
  if (node.domain) out.string(7, node.domain);
  return out;
}

function encodeAttribute(name: string, value: Attribute): WireWriter {
  const out = new WireWriter().string(1, name);
  if (typeof value === 'number') return out.int(3, value).int(20, ATTRIBUTE.int);
  if (typeof value === 'string') return out.string(4, value).int(20, ATTRIBUTE.string);
  if ('float' in value) return out.float(2, value.float).int(20, ATTRIBUTE.float);
  if ('tensor' in value) return out.message(5, encodeTensor(value.tensor, '')).int(20, ATTRIBUTE.tensor);
  if ('graph' in value) return out.message(6, encodeGraph(value.graph)).int(20, ATTRIBUTE.graph);
  for (const item of value) out.int(8, item);
  return out.int(20, ATTRIBUTE.ints);
}

function encodeTensor(tensor: TensorConstant, name: string): WireWriter {
  const out = new WireWriter();
  for (const dim of tensor.dims) out.int(1, dim);
  return out.int(2, elementType[tensor.type]).string(8, name).raw(9, tensor.bytes);
}

function encodeValueInfo(value: ValueInfo): WireWriter {
  const shape = new WireWriter();
  for (const dim of value.dims) {
    const size = new WireWriter();
    if (typeof dim === 'number') size.int(1, dim);
    else if (dim !== '') size.string(2, dim);
    shape.message(1, size);
  }
  const tensorType = new WireWriter().int(1, elementType[value.type]).message(2, shape);
  return new WireWriter().string(1, value.name).message(2, new WireWriter().message(1, tensorType));
}
