/** From pending tensors to an ordered list of ops with a structural key: two traces with one key compile to the same graph. */
import type { Attribute, Attrs, GraphNode, LazyTensor } from './record.js';

export interface Trace {
  /** Concrete tensors, in the order of the graph's inputs. */
  readonly feeds: readonly LazyTensor[];
  /** Ops, operands before users. */
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly LazyTensor[];
  /** Each tensor's name in the graph. */
  readonly names: ReadonlyMap<LazyTensor, string>;
  readonly key: string;
}

/** Walks back from `outputs`, without recursion, since a training step is thousands of ops deep. */
export function trace(outputs: readonly LazyTensor[]): Trace {
  const names = new Map<LazyTensor, string>();
  const feeds: LazyTensor[] = [];
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
  return { feeds, nodes, outputs, names, key: key.join('') };

  function feed(tensor: LazyTensor): void {
    if (names.has(tensor)) return;
    const name = `f${feeds.length}`;
    names.set(tensor, name);
    feeds.push(tensor);
    key.push(name, ':', tensor.dtype, '[', tensor.shape.join(), ']');
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

/** Attributes as text that differs wherever they do. */
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

/** JSON writes NaN and both infinities as null, and -0 as 0. */
function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}
