/** Turns a trace into an ONNX model. */
import type { Trace } from './trace.js';
import type { LazyTensor } from '../backend/record.js';
import { GraphBuilder } from './builder.js';
import { encodeModel, type ValueInfo } from '../onnx/model.js';

export interface Compiled {
  readonly model: Uint8Array;
  readonly nodes: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

export function compile(trace: Trace): Compiled {
  const builder = new GraphBuilder();
  const used = usedTensors(trace);
  for (const node of trace.nodes) {
    const inputs = node.inputs.map((input) => nameOf(trace, input));
    const outputs = node.outputs.map((output) => (used.has(output) ? nameOf(trace, output) : undefined));
    node.lower(builder, node, inputs, outputs);
  }
  const inputs = trace.feeds.map((feed) => valueInfo(trace, feed));
  const outputs = trace.outputs.map((output) => valueInfo(trace, output));
  return {
    model: encodeModel({ nodes: builder.nodes, constants: builder.constants, inputs, outputs }),
    nodes: builder.nodes.length,
    inputNames: inputs.map((input) => input.name),
    outputNames: outputs.map((output) => output.name),
  };
}

/** Outputs of multi-output ops that nobody asks for are left out of the graph. */
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
