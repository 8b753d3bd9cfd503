/** The structure of a graph without its sizes. Graphs with one structure differ only in size constants and in the sizes of tensors. */
import type { Lowered } from './compile.js';
import type { Attribute, GraphProto, TensorConstant, ValueInfo } from '../onnx/model.js';

/** Returns a text that is equal for graphs that one model can serve, if the model gets its sizes as inputs. */
export function skeletonOf(graph: Lowered): string {
  return graphKey(graph);
}

/** Returns the size constants of a graph by name: shapes, axes and bounds, the only constants of type int64. */
export function sizesOf(graph: Lowered): Map<string, TensorConstant> {
  return new Map([...graph.constants].filter(([, { type }]) => type === 'int64'));
}

function graphKey({ nodes, constants, inputs, outputs }: GraphProto): string {
  const key: string[] = [];
  for (const { op, domain, inputs, outputs, attributes } of nodes) {
    key.push(op, domain, '(', inputs.join(), ')', outputs.join());
    for (const name in attributes) key.push(';', name, '=', attributeKey(attributes[name]));
  }
  for (const [name, constant] of constants) key.push(name, constantKey(constant));
  key.push('<', inputs.map(valueKey).join(), '>', outputs.map(valueKey).join());
  return key.join('');
}

function attributeKey(value: Attribute): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  if ('float' in value) return `f${Object.is(value.float, -0) ? '-0' : value.float}`;
  if ('tensor' in value) return constantKey(value.tensor);
  if ('graph' in value) return `{${graphKey(value.graph)}}`;
  return `[${value.join()}]`;
}

function constantKey({ type, dims, bytes, id }: TensorConstant): string {
  if (id !== undefined) return `${type}[${dims.join()}]#${id}`;
  return `${type}[${dims.join()}]${type === 'int64' ? '' : bytes.join()}`;
}

function valueKey({ name, type, dims }: ValueInfo): string {
  return `${name}:${type}${dims.length}`;
}
