import { utf8Ranges } from '../../base/text.js';

/** A function that a pickle may call, in place of a Python function. */
export type Callable = (...args: unknown[]) => unknown;

/** An object whose state a pickle may set after creating it. */
export interface Stateful {
  setState(state: unknown): void;
}

/** Thrown for an instruction or a name that this machine does not execute; `what` names it. */
export class RefusedError extends Error {
  constructor(readonly what: string) {
    super(`${what} is not allowed`);
    this.name = 'RefusedError';
  }
}

/** An object of an unknown Python class. It is not created; every operation on it is ignored. */
export class OpaqueObject implements Stateful {
  constructor(readonly name: string) {}

  setState(): void {
    // The state is ignored.
  }
}

const MARK = Symbol('mark');

/**
 * Largest number of values that a pickle may create. A container counts as five, because one byte in the file can create a
 * dictionary of 200 bytes in memory. The description of 70,000 tensors or of a million tokens needs fewer.
 */
const MAX_VALUES = 5_000_000;
const CONTAINER = 5;
/** Largest integer, in bytes: as long as a SHA-512 digest. Python's integers have no limit. */
const MAX_INTEGER_BYTES = 64;

/** Names and objects that a pickle may refer to. */
export interface UnpickleOptions {
  /** Values by `module name`. Functions among them may be called. */
  names: ReadonlyMap<string, unknown>;
  /** Returns the object outside the pickle that a persistent id refers to. Without it, such ids are rejected. */
  persistent?: (id: unknown) => unknown;
  /** Replaces names that are not in `names`, and objects created with them, by an `OpaqueObject`. Default false: an error. */
  allowUnknown?: boolean;
}

/**
 * Interprets a pickle of protocols 2 to 5 that contains strings, numbers, booleans, None, bytes, tuples, lists and
 * dictionaries. Calls only the functions in `names`. Dictionaries become Maps; tuples and lists become arrays.
 *
 * Every other instruction and name is rejected, so a hostile file cannot execute anything. The result may contain itself,
 * or one value many times: access only the expected fields, and never traverse or print the whole.
 *
 * The instructions are documented in Python's `pickletools`.
 *
 * @throws RefusedError; Error with the reason when the bytes are not a valid pickle
 */
export function unpickle(bytes: Uint8Array, { names, persistent, allowUnknown = false }: UnpickleOptions): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decode = utf8Ranges(bytes);
  const stack: unknown[] = [];
  const memo: unknown[] = [];
  let at = 0;
  let left = MAX_VALUES;
  if (bytes[0] !== 0x80) throw new Error('does not begin like a pickle of protocol 2 or later');

  const take = (count: number): number => {
    const start = at;
    if (count > bytes.length - start) throw new Error('ends in the middle of a value');
    at += count;
    return start;
  };
  const text = (length: number): string => {
    const start = take(length);
    return decode(start, start + length);
  };
  const raw = (length: number): Uint8Array => {
    const start = take(length);
    return bytes.subarray(start, start + length);
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new Error('ends in the middle of a name');
    const value = text(end - at);
    at++;
    return value;
  };
  const u8 = (): number => bytes[take(1)];
  const u32 = (): number => view.getUint32(take(4), true);
  const spend = (values: number): void => {
    left -= values;
    if (left < 0) throw new Error(`creates more than ${MAX_VALUES} values`);
  };
  const push = (value: unknown): void => {
    spend(typeof value === 'object' && value !== null ? CONTAINER : 1);
    stack.push(value);
  };
  const memoize = (key: number): void => {
    spend(1);
    memo[key] = top();
  };
  const pop = (): unknown => {
    if (stack.length === 0) throw new Error('pops a value from an empty stack');
    return stack.pop();
  };
  const popToMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('pops values down to a mark that is not set');
    return stack.splice(mark).slice(1);
  };
  const popSome = (count: number): unknown[] => Array.from({ length: count }, pop).reverse();
  const recall = (key: number): void => {
    if (!(key in memo)) throw new Error('refers to a memo entry that does not exist');
    spend(1);
    stack.push(memo[key]);
  };
  const find = (module: unknown, name: unknown): unknown => {
    if (typeof module !== 'string' || typeof name !== 'string')
      throw new Error('refers to a name that is not a string');
    const found = names.get(`${module} ${name}`);
    if (found !== undefined) return found;
    if (allowUnknown) return new OpaqueObject(`${module}.${name}`);
    throw new RefusedError(`the name ${module}.${name}`);
  };
  const top = (): unknown => stack.at(-1);
  const store = (items: unknown[]): void => {
    const dictionary = top();
    if (dictionary instanceof OpaqueObject) return;
    if (!(dictionary instanceof Map) || items.length % 2)
      throw new Error('sets items of a value that is not a dictionary');
    for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
  };
  const append = (items: unknown[]): void => {
    const list = top();
    if (list instanceof OpaqueObject) return;
    if (!Array.isArray(list)) throw new Error('appends to a value that is not a list');
    for (const item of items) list.push(item);
  };

  const make = (type: unknown): void => {
    if (!(type instanceof OpaqueObject)) throw new RefusedError('creating an object of a class');
    push(type);
  };

  for (;;) {
    const operation = String.fromCharCode(u8());
    switch (operation) {
      case '\x80':
        if (u8() > 5) throw new Error('uses a protocol later than 5');
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
        memoize(memo.length);
        break;
      case 'q':
        memoize(u8());
        break;
      case 'r':
        memoize(checkKey(u32(), bytes.length));
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
        push(view.getInt32(take(4), true));
        break;
      case 'K':
        push(u8());
        break;
      case 'M':
        push(view.getUint16(take(2), true));
        break;
      case '\x8a':
        push(longInteger(raw(u8())));
        break;
      case '\x8b':
        push(longInteger(raw(u32())));
        break;
      case 'G':
        push(view.getFloat64(take(8), false));
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
        if (!persistent) throw new RefusedError('a persistent object outside the pickle');
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
        if (callable instanceof OpaqueObject) {
          push(callable);
          break;
        }
        if (typeof callable !== 'function' || !Array.isArray(args))
          throw new Error('calls a value that is not a function');
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
        if (!isStateful(target)) throw new RefusedError('setting the state of an object');
        target.setState(state);
        break;
      }
      default:
        throw new RefusedError(`instruction 0x${operation.charCodeAt(0).toString(16).padStart(2, '0')} at ${at - 1}`);
    }
  }
}

/** Memo keys are consecutive, so they cannot exceed the number of bytes. A huge key would only exhaust memory. */
function checkKey(key: number, max: number): number {
  if (key > max) throw new Error('has an invalid memo key');
  return key;
}

function isStateful(value: unknown): value is Stateful {
  return typeof value === 'object' && value !== null && 'setState' in value && typeof value.setState === 'function';
}

/** Decodes little-endian two's complement, exactly up to 2^53. */
function longInteger(bytes: Uint8Array): number {
  if (bytes.length > MAX_INTEGER_BYTES) throw new Error(`has an integer of ${bytes.length} bytes`);
  let value = 0n;
  bytes.forEach((byte, i) => (value |= BigInt(byte) << BigInt(8 * i)));
  return Number(BigInt.asIntN(8 * bytes.length, value));
}
