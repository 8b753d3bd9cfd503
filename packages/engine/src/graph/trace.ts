/** Traces pending tensors back to an ordered list of ops with a structural key: traces with equal keys compile to the same graph. */
import type { Attribute, Attrs, GraphNode, LazyTensor } from './record.js';

/** Ops of one graph. */
export interface Trace {
  /** Concrete tensors, in the order of the graph's inputs. */
  readonly feeds: readonly LazyTensor[];
  /** Constants, which are part of the graph. */
  readonly constants: readonly LazyTensor[];
  /** Ops in topological order. */
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly LazyTensor[];
  /** Name of each tensor in the graph. */
  readonly names: ReadonlyMap<LazyTensor, string>;
  /** Structural key: ops, attributes, shapes and dtypes, and numbers of constants, without values. */
  readonly key: string;
}

/** Traces back from `outputs`, without recursion, because a training step is thousands of ops deep. */
export function trace(outputs: readonly LazyTensor[]): Trace {
  const names = new Map<LazyTensor, string>();
  const feeds: LazyTensor[] = [];
  const constants: LazyTensor[] = [];
  const nodes: GraphNode[] = [];
  const done = new Set<GraphNode>();
  const key: string[] = [];

  const stack: { node: GraphNode; next: number }[] = [];
  for (const output of outputs) {
    if (output.node) stack.push({ node: output.node, next: 0 });
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (done.has(top.node)) {
        stack.pop();
        continue;
      }
      const operand = top.node.inputs[top.next++];
      if (operand === undefined) {
        finish(top.node);
        stack.pop();
      } else if (operand.data !== undefined) {
        feed(operand);
      } else if (operand.node && !done.has(operand.node)) {
        stack.push({ node: operand.node, next: 0 });
      }
    }
  }
  key.push('>', outputs.map((output) => names.get(output)).join());
  return { feeds, constants, nodes, outputs, names, key: key.join('') };

  function feed(tensor: LazyTensor): void {
    if (names.has(tensor)) return;
    const { constant, dtype, shape } = tensor;
    const list = constant === undefined ? feeds : constants;
    const name = `${constant === undefined ? 'f' : 'w'}${list.length}`;
    names.set(tensor, name);
    list.push(tensor);
    key.push(
      name,
      ':',
      constant?.type ?? dtype,
      '[',
      shape.join(),
      ']',
      constant === undefined ? '' : `#${constant.id}`,
    );
  }

  function finish(node: GraphNode): void {
    const id = nodes.length;
    done.add(node);
    nodes.push(node);
    key.push(node.op, attrsKey(node.attrs), '(', node.inputs.map((input) => names.get(input)).join(), ')');
    for (const output of node.outputs) {
      names.set(output, `n${id}_${output.index}`);
      key.push(output.dtype, '[', output.shape.join(), ']');
    }
  }
}

/** Returns a text that is different for different attributes. */
export function attrsKey(attrs: Attrs): string {
  let key = '{';
  for (const name in attrs) key += `${name}=${attributeKey(attrs[name])};`;
  return `${key}}`;
}

function attributeKey(value: Attribute): string {
  if (typeof value === 'number') return numberKey(value);
  if (typeof value === 'object') return `[${value.map(numberKey).join()}]`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/** Returns a text that is different for different numbers, including -0, NaN and infinities, unlike JSON. */
function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
