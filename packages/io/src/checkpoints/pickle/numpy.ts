import type { Callable, Stateful } from './machine.js';

/** Element type of a pickled numpy scalar. numpy creates the type first and sets its byte order afterwards. */
class Dtype implements Stateful {
  private littleEndian = true;

  constructor(private readonly code: string) {}

  /** @param state numpy's tuple (version, byte order, …) */
  setState(state: unknown): void {
    this.littleEndian = !(Array.isArray(state) && state[1] === '>');
  }

  read(bytes: Uint8Array): number {
    if (bytes.length !== Number(this.code.slice(1)))
      throw new Error(`contains a numpy scalar of ${bytes.length} bytes`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return READERS[this.code](view, this.littleEndian);
  }
}

const READERS: Record<string, (view: DataView, little: boolean) => number> = {
  i1: (view) => view.getInt8(0),
  i2: (view, little) => view.getInt16(0, little),
  i4: (view, little) => view.getInt32(0, little),
  i8: (view, little) => Number(view.getBigInt64(0, little)),
  u1: (view) => view.getUint8(0),
  u2: (view, little) => view.getUint16(0, little),
  u4: (view, little) => view.getUint32(0, little),
  u8: (view, little) => Number(view.getBigUint64(0, little)),
  f4: (view, little) => view.getFloat32(0, little),
  f8: (view, little) => view.getFloat64(0, little),
};

function dtype(code: unknown): Dtype {
  if (typeof code !== 'string' || !Object.hasOwn(READERS, code)) {
    throw new Error(`contains numpy values of type ${String(code)}, which are not plain numbers`);
  }
  return new Dtype(code);
}

function scalar(type: unknown, bytes: unknown): number {
  if (!(type instanceof Dtype) || !(bytes instanceof Uint8Array))
    throw new Error('contains a numpy scalar without its type');
  return type.read(bytes);
}

/** Protocol 2 has no type for bytes; Python stores them as a string to be encoded. */
function encode(text: unknown, encoding: unknown): Uint8Array {
  if (typeof text !== 'string' || encoding !== 'latin1') throw new Error(`encodes text as ${String(encoding)}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The only names that a pickled dictionary may refer to, with the module names of numpy 1 and 2. */
export const numpyNames: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ['numpy dtype', dtype],
  ['numpy.core.multiarray scalar', scalar],
  ['numpy._core.multiarray scalar', scalar],
  ['_codecs encode', encode],
]);
