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

/** Stands for what a pickle makes with a name that is not known here: it takes whatever is done to it, and nothing is done. */
export class Unread implements Stateful {
  constructor(readonly name: string) {}

  setState(): void {
    // Its state is of no interest.
  }
}

const MARK = Symbol('mark');

/**
 * Values that a pickle may make, a container counting as five: a dictionary of one byte takes two hundred in memory. The description of
 * 70,000 tensors, or of a million tokens, needs fewer.
 */
const MAX_VALUES = 5_000_000;
const CONTAINER = 5;
/** Python's integers have no limit; those of more bytes than a digest are not read. */
const MAX_INTEGER_BYTES = 64;

/** What a pickle may refer to outside itself. */
export interface Surroundings {
  /** Keyed `module name`; functions among them may be called. */
  names: ReadonlyMap<string, unknown>;
  /** Turns a persistent id into the object kept beside the pickle. Without it such ids are refused. */
  persistent?: (id: unknown) => unknown;
  /** Lets an `Unread` stand for every name that is not in `names`, and for what is made with it. Default false: refused. */
  passOver?: boolean;
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
export function unpickle(bytes: Uint8Array, { names, persistent, passOver = false }: Surroundings): unknown {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const memo: unknown[] = [];
  let at = 0;
  let left = MAX_VALUES;
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
  const u8 = (): number => source[take(1)];
  const u32 = (): number => source.readUInt32LE(take(4));
  const spend = (values: number): void => {
    left -= values;
    if (left < 0) throw new Error(`makes more than ${MAX_VALUES} values`);
  };
  const push = (value: unknown): void => {
    spend(typeof value === 'object' && value !== null ? CONTAINER : 1);
    stack.push(value);
  };
  const remember = (key: number): void => {
    spend(1);
    memo[key] = top();
  };
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
  const recall = (key: number): void => {
    if (!(key in memo)) throw new Error('refers to a value that it did not keep');
    spend(1);
    stack.push(memo[key]);
  };
  const find = (module: unknown, name: unknown): unknown => {
    if (typeof module !== 'string' || typeof name !== 'string') throw new Error('refers to a name that is no text');
    const found = names.get(`${module} ${name}`);
    if (found !== undefined) return found;
    if (passOver) return new Unread(`${module}.${name}`);
    throw new RefusedError(`the name ${module}.${name}`);
  };
  const top = (): unknown => stack.at(-1);
  const store = (items: unknown[]): void => {
    const dictionary = top();
    if (dictionary instanceof Unread) return;
    if (!(dictionary instanceof Map) || items.length % 2) throw new Error('sets items of what is no dictionary');
    for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
  };
  const append = (items: unknown[]): void => {
    const list = top();
    if (list instanceof Unread) return;
    if (!Array.isArray(list)) throw new Error('appends to what is no list');
    for (const item of items) list.push(item);
  };

  const make = (type: unknown): void => {
    if (!(type instanceof Unread)) throw new RefusedError('making an object of a type');
    push(type);
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
        push(MARK);
        break;
      case '.':
        return pop();
      case '\x94':
        remember(memo.length);
        break;
      case 'q':
        remember(u8());
        break;
      case 'r':
        remember(checkKey(u32(), source.length));
        break;
      case 'h':
        recall(u8());
        break;
      case 'j':
        recall(u32());
        break;
      case '}':
        push(new Map());
        break;
      case 's':
        store(popSome(2));
        break;
      case 'u':
        store(popToMark());
        break;
      case '\x8c':
        push(text(u8()));
        break;
      case 'X':
        push(text(u32()));
        break;
      case 'C':
        push(raw(u8()));
        break;
      case 'B':
        push(raw(u32()));
        break;
      case 'J':
        push(source.readInt32LE(take(4)));
        break;
      case 'K':
        push(u8());
        break;
      case 'M':
        push(source.readUInt16LE(take(2)));
        break;
      case '\x8a':
        push(longInteger(raw(u8())));
        break;
      case '\x8b':
        push(longInteger(raw(u32())));
        break;
      case 'G':
        push(source.readDoubleBE(take(8)));
        break;
      case 'N':
        push(null);
        break;
      case '\x88':
        push(true);
        break;
      case '\x89':
        push(false);
        break;
      case ')':
      case ']':
        push([]);
        break;
      case 'a':
        append(popSome(1));
        break;
      case 'e':
        append(popToMark());
        break;
      case 'Q':
        if (!persistent) throw new RefusedError('an object kept outside the pickle');
        push(persistent(pop()));
        break;
      case '\x85':
        push(popSome(1));
        break;
      case '\x86':
        push(popSome(2));
        break;
      case '\x87':
        push(popSome(3));
        break;
      case 't':
        push(popToMark());
        break;
      case 'c':
        push(find(line(), line()));
        break;
      case '\x93': {
        const [module, name] = popSome(2);
        push(find(module, name));
        break;
      }
      case 'R': {
        const [callable, args] = popSome(2);
        if (callable instanceof Unread) {
          push(callable);
          break;
        }
        if (typeof callable !== 'function' || !Array.isArray(args)) throw new Error('calls what is no function');
        push((callable as Callable)(...(args as unknown[])));
        break;
      }
      case '\x81':
        make(popSome(2)[0]);
        break;
      case '\x92':
        make(popSome(3)[0]);
        break;
      case '\x8f':
        make(find('builtins', 'set'));
        break;
      case '\x90':
        append(popToMark());
        break;
      case '\x91':
        popToMark();
        make(find('builtins', 'frozenset'));
        break;
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

/** Little-endian two's complement; exact up to 2^53. */
function longInteger(bytes: Uint8Array): number {
  if (bytes.length > MAX_INTEGER_BYTES) throw new Error(`has an integer of ${bytes.length} bytes`);
  let value = 0n;
  bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
  return Number(BigInt.asIntN(8 * bytes.length, value));
}
