/** Collects ONNX nodes and constants while recorded ops are lowered. */
import type { Attributes, ElementType, NodeProto, TensorConstant, ValueInfo } from '../onnx/model.js';

const MICROSOFT = 'com.microsoft';

/** A tensor that a subgraph takes or gives: its name outside, and its type and shape inside. */
export interface Slot {
  name: string;
  type: ElementType;
  dims: readonly (number | string)[];
}

export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly constants = new Map<string, TensorConstant>();
  private readonly constantNames = new Map<string, string>();

  /** Names are unique over a graph and all its subgraphs: ONNX lets nothing be shadowed. */
  constructor(private readonly names = { next: 0 }) {}

  /** Adds a node of one output and returns the output's name: the one given, or a new one. */
  op(op: string, inputs: readonly string[], attributes: Attributes = {}, output = this.fresh()): string {
    this.node(op, inputs, [output], attributes);
    return output;
  }

  /** The same for ONNX Runtime's own operators. */
  contrib(op: string, inputs: readonly string[], attributes: Attributes = {}, output = this.fresh()): string {
    this.node(op, inputs, [output], attributes, MICROSOFT);
    return output;
  }

  /** Adds a node of any number of outputs; `''` leaves an optional one out. */
  node(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    domain = '',
  ): void {
    this.nodes.push({ op, name: `${op}_${this.names.next++}`, domain, inputs, outputs, attributes });
  }

  fresh(): string {
    return `t${this.names.next++}`;
  }

  /** A vector of int64, which is how ONNX wants shapes, axes and bounds. */
  int64(values: readonly number[]): string {
    return this.constant('int64', [values.length], BigInt64Array.from(values, BigInt));
  }

  int64Scalar(value: number): string {
    return this.constant('int64', [], BigInt64Array.of(BigInt(value)));
  }

  float(value: number): string {
    return this.constant('float32', [], Float32Array.of(value));
  }

  /** A scalar of a tensor's dtype. */
  scalar(type: 'float32' | 'int32' | 'bool', value: number): string {
    if (type === 'float32') return this.float(value);
    return type === 'int32'
      ? this.constant('int32', [], Int32Array.of(value))
      : this.constant('bool', [], Uint8Array.of(value));
  }

  constant(type: ElementType, dims: readonly number[], values: ArrayBufferView): string {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const key = `${type}[${dims.join()}]${bytes.join()}`;
    const known = this.constantNames.get(key);
    if (known !== undefined) return known;
    const name = `c${this.names.next++}`;
    this.constantNames.set(key, name);
    this.constants.set(name, { type, dims, bytes });
    return name;
  }

  cast(input: string, type: 'float32' | 'int32' | 'bool' | 'int64', output?: string): string {
    const to = { float32: 1, int32: 6, int64: 7, bool: 9 }[type];
    return this.op('Cast', [input], { to }, output);
  }

  /**
   * Runs `body` once for each element of the inputs' first axis and stacks its results. Elements are views and results are written
   * in place, so that a large tensor can be worked through in pieces that stay in the cache. The body may use outer names as well.
   * It gets the states and then the elements, and returns the new states and then its results.
   */
  scan(
    scanned: {
      states?: readonly Slot[];
      inputs: readonly Slot[];
      results: readonly Slot[];
      finals?: readonly string[];
    },
    body: (graph: GraphBuilder, states: readonly string[], elements: readonly string[]) => readonly string[],
  ): void {
    const { states = [], inputs, results, finals = [] } = scanned;
    const inner = new GraphBuilder(this.names);
    const signature = [...states, ...inputs].map(({ type, dims }): ValueInfo => ({ name: this.fresh(), type, dims }));
    const names = signature.map(({ name }) => name);
    const made = body(inner, names.slice(0, states.length), names.slice(states.length));
    const graph = {
      nodes: inner.nodes,
      constants: inner.constants,
      inputs: signature,
      outputs: [...states, ...results].map(({ type, dims }, i): ValueInfo => ({ name: made[i] ?? '', type, dims })),
    };
    this.node(
      'Scan',
      [...states, ...inputs].map(({ name }) => name),
      [...finals, ...results.map(({ name }) => name)],
      { body: { graph }, num_scan_inputs: inputs.length },
    );
  }
}
