/** Builds ONNX graphs from recorded ops. */
import type { Attributes, ElementType, NodeProto, TensorConstant, ValueInfo } from '../onnx/model.js';

const MICROSOFT = 'com.microsoft';

/** Input or output of a subgraph: its name in the outer graph, and its type and shape in the subgraph. */
export interface Slot {
  name: string;
  type: ElementType;
  dims: readonly (number | string)[];
}

/** Collects the nodes and constants of a graph. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly constants = new Map<string, TensorConstant>();
  private readonly constantNames = new Map<string, string>();

  /**
   * @param names counter that a graph shares with its subgraphs, because ONNX forbids shadowed names
   * @param outermost graph that holds the sizes; subgraphs use its names
   */
  constructor(
    private readonly names = { next: 0 },
    private readonly outermost?: GraphBuilder,
  ) {}

  /** Adds a node with one output and returns the name of the output. */
  op(op: string, inputs: readonly string[], attributes: Attributes = {}, output = this.fresh()): string {
    this.node(op, inputs, [output], attributes);
    return output;
  }

  /** Like {@link op}, for ONNX Runtime's own operators. */
  contrib(op: string, inputs: readonly string[], attributes: Attributes = {}, output = this.fresh()): string {
    this.node(op, inputs, [output], attributes, MICROSOFT);
    return output;
  }

  /** Adds a node with any number of outputs; `''` omits an optional output. */
  node(
    op: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Attributes = {},
    domain = '',
  ): void {
    this.nodes.push({ op, name: `${op}_${this.names.next++}`, domain, inputs, outputs, attributes });
  }

  /** Returns a new name. */
  fresh(): string {
    return `t${this.names.next++}`;
  }

  /**
   * Adds an int64 vector, the type of shapes, axes and bounds in ONNX, and returns its name. Equal vectors stay apart, because they can
   * differ in a graph of the same ops for other sizes.
   */
  int64(values: readonly number[]): string {
    return (this.outermost ?? this).size([values.length], BigInt64Array.from(values, BigInt));
  }

  /** Adds an int64 scalar and returns its name. */
  int64Scalar(value: number): string {
    return (this.outermost ?? this).size([], BigInt64Array.of(BigInt(value)));
  }

  private size(dims: readonly number[], values: BigInt64Array): string {
    const name = `c${this.names.next++}`;
    this.constants.set(name, { type: 'int64', dims, bytes: new Uint8Array(values.buffer) });
    return name;
  }

  /** Adds a float32 scalar and returns its name. */
  float(value: number): string {
    return this.constant('float32', [], Float32Array.of(value));
  }

  /** Adds a scalar of the given dtype and returns its name. */
  scalar(type: 'float32' | 'int32' | 'bool', value: number): string {
    if (type === 'float32') return this.float(value);
    return type === 'int32'
      ? this.constant('int32', [], Int32Array.of(value))
      : this.constant('bool', [], Uint8Array.of(value));
  }

  /** Adds a constant, or finds an equal one, and returns its name. */
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

  /** Adds a cast and returns the name of its output. */
  cast(input: string, type: 'float32' | 'int32' | 'bool' | 'int64', output?: string): string {
    const to = { float32: 1, int32: 6, int64: 7, bool: 9 }[type];
    return this.op('Cast', [input], { to }, output);
  }

  /**
   * Adds a Scan: runs `body` once per element of the first axis of the inputs and stacks its results. Elements are views and results are
   * written in place, so a large tensor can be processed in chunks that stay in the cache. The body can also use outer names. It gets the
   * states and the elements, and returns the new states followed by its results.
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
    const inner = new GraphBuilder(this.names, this.outermost ?? this);
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
