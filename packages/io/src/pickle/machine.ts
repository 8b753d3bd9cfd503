/** A function a pickle may call, standing in for the Python name it gives. */
export type Callable = (...args: unknown[]) => unknown;

/** An object that a pickle may give its state to after making it. */
export interface Stateful {
  setState(state: unknown): void;
}

/** A pickle that this machine will not run: `what` it asked for. */
export class RefusedError extends Error {
  constructor(readonly what: string) {
    super(`${what} is not allowed`);
    this.name = 'RefusedError';
  }
}

const MARK = Symbol('mark');

/** What a pickle may refer to outside itself. */
export interface Surroundings {
  /** Keyed `module name`; functions among them may be called. */
  names: ReadonlyMap<string, unknown>;
  /** Turns a persistent id into the object kept beside the pickle. Without it such ids are refused. */
  persistent?: (id: unknown) => unknown;
}

/**
 * Runs the instructions of a pickle (protocols 2 to 5) that make texts, numbers, booleans, None, bytes, tuples, lists and
 * dictionaries, and calls nothing but the functions in `names`. Dictionaries become Maps, tuples and lists arrays.
 * Every other instruction and name is refused, so a hostile file can do no more than be read. What comes out may hold
 * itself, or one value a great many times over: look only at what is expected, never walk or print the whole.
 *
 * The instructions are documented in Python's `pickletools`.
 *
 * @throws RefusedError, or an Error that says how the bytes are not a pickle
 */
export function unpickle(bytes: Uint8Array, { names, persistent }: Surroundings): unknown {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const memo: unknown[] = [];
  let at = 0;
  if (source[0] !== 0x80) throw new Error('does not begin as a pickle of protocol 2 or later does');

  const take = (count: number): number => {
    const start = at;
    if (count > source.length - start) throw new Error('ends in the middle of a value');
    at += count;
    return start;
  };
  const text = (length: number): string => {
    const start = take(length);
    return source.toString('utf8', start, start + length);
  };
  const raw = (length: number): Uint8Array => {
    const start = take(length);
    return source.subarray(start, start + length);
  };
  const line = (): string => {
    const end = source.indexOf(10, at);
    if (end < 0) throw new Error('ends in the middle of a name');
    const value = text(end - at);
    at++;
    return value;
  };
  const u8 = (): number => source[take(1)]!;
  const u32 = (): number => source.readUInt32LE(take(4));
  const pop = (): unknown => {
    if (stack.length === 0) throw new Error('takes a value that it did not make');
    return stack.pop();
  };
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('takes values that it did not mark');
    return stack.splice(mark).slice(1);
  };
  const popSome = (count: number): unknown[] => Array.from({ length: count }, pop).reverse();
  const remembered = (key: number): unknown => {
    if (!(key in memo)) throw new Error('refers to a value that it did not keep');
    return memo[key];
  };
  const find = (module: unknown, name: unknown): unknown => {
    if (typeof module !== 'string' || typeof name !== 'string') throw new Error('refers to a name that is no text');
    const found = names.get(`${module} ${name}`);
    if (found === undefined) throw new RefusedError(`the name ${module}.${name}`);
    return found;
  };
  const top = (): unknown => stack.at(-1);
  const store = (items: unknown[]): void => {
    const dictionary = top();
    if (!(dictionary instanceof Map) || items.length % 2) throw new Error('sets items of what is no dictionary');
    for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
  };
  const append = (items: unknown[]): void => {
    const list = top();
    if (!Array.isArray(list)) throw new Error('appends to what is no list');
    for (const item of items) list.push(item);
  };

  for (;;) {
    const operation = String.fromCharCode(u8());
    switch (operation) {
      case '\x80':
        if (u8() > 5) throw new Error('is of a protocol later than 5');
        break;
      case '\x95':
        take(8);
        break;
      case '(':
        stack.push(MARK);
        break;
      case '.':
        return pop();
      case '\x94':
        memo.push(top());
        break;
      case 'q':
        memo[u8()] = top();
        break;
      case 'r':
        memo[checkKey(u32(), source.length)] = top();
        break;
      case 'h':
        stack.push(remembered(u8()));
        break;
      case 'j':
        stack.push(remembered(u32()));
        break;
      case '}':
        stack.push(new Map());
        break;
      case 's':
        store(popSome(2));
        break;
      case 'u':
        store(popToMark());
        break;
      case '\x8c':
        stack.push(text(u8()));
        break;
      case 'X':
        stack.push(text(u32()));
        break;
      case 'C':
        stack.push(raw(u8()));
        break;
      case 'B':
        stack.push(raw(u32()));
        break;
      case 'J':
        stack.push(source.readInt32LE(take(4)));
        break;
      case 'K':
        stack.push(u8());
        break;
      case 'M':
        stack.push(source.readUInt16LE(take(2)));
        break;
      case '\x8a':
        stack.push(longInteger(raw(u8())));
        break;
      case 'G':
        stack.push(source.readDoubleBE(take(8)));
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
        stack.push(true);
        break;
      case '\x89':
        stack.push(false);
        break;
      case ')':
      case ']':
        stack.push([]);
        break;
      case 'a':
        append(popSome(1));
        break;
      case 'e':
        append(popToMark());
        break;
      case 'Q':
        if (!persistent) throw new RefusedError('an object kept outside the pickle');
        stack.push(persistent(pop()));
        break;
      case '\x85':
        stack.push(popSome(1));
        break;
      case '\x86':
        stack.push(popSome(2));
        break;
      case '\x87':
        stack.push(popSome(3));
        break;
      case 't':
        stack.push(popToMark());
        break;
      case 'c':
        stack.push(find(line(), line()));
        break;
      case '\x93': {
        const [module, name] = popSome(2);
        stack.push(find(module, name));
        break;
      }
      case 'R': {
        const [callable, args] = popSome(2);
        if (typeof callable !== 'function' || !Array.isArray(args)) throw new Error('calls what is no function');
        stack.push((callable as Callable)(...(args as unknown[])));
        break;
      }
      case 'b': {
        const state = pop();
        const target = top();
        if (!isStateful(target)) throw new RefusedError('giving state to an object');
        target.setState(state);
        break;
      }
      default:
        throw new RefusedError(`instruction 0x${operation.charCodeAt(0).toString(16).padStart(2, '0')} at ${at - 1}`);
    }
  }
}

/** Keys are handed out one by one, so there are fewer of them than bytes; a huge one would only fill memory. */
function checkKey(key: number, most: number): number {
  if (key > most) throw new Error('keeps a value under an impossible key');
  return key;
}

function isStateful(value: unknown): value is Stateful {
  return typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function';
}

/** Little-endian two's complement of any length; exact up to 2^53. */
function longInteger(bytes: Uint8Array): number {
  let value = 0n;
  bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
  return Number(BigInt.asIntN(8 * bytes.length, value));
}
