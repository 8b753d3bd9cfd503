/** How numpy pickles a scalar: a type, made first and then given its byte order, and the bytes of the value. */
class Dtype {
  littleEndian = true;

  constructor(readonly code: string) {}

  /** Called by the parser with numpy's state tuple (version, byte order, …). */
  __setstate__(state: readonly unknown[]): void {
    this.littleEndian = state[1] !== '>';
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
  if (typeof code !== 'string' || !(code in READERS))
    throw new Error(`numpy dtype ${String(code)} is not a plain number`);
  return new Dtype(code);
}

function scalar(type: unknown, bytes: unknown): number {
  if (!(type instanceof Dtype) || !(bytes instanceof Uint8Array) || bytes.length !== Number(type.code.slice(1))) {
    throw new Error('a numpy scalar without its type or with bytes of another length');
  }
  return READERS[type.code]!(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), type.littleEndian);
}

/** The only names a pickle may refer to, under the module names of numpy 1 and 2. */
export const numpyNames: ReadonlyMap<string, (...args: unknown[]) => unknown> = new Map<
  string,
  (...args: unknown[]) => unknown
>([
  ['numpy dtype', dtype],
  ['numpy.core.multiarray scalar', scalar],
  ['numpy._core.multiarray scalar', scalar],
]);
