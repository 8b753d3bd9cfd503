import { FormatError, UnsupportedError } from '@geneformer-ts/core';
import type { ArrayMetadata } from 'zarrita';
import { checkedCodec } from './codecs.js';
import { typeOf2, typeOf3, type ValueType } from './data-type.js';
import type { JsonObject, ZarrNode } from './nodes.js';

/** An array of a store: its shape, the chunks that are decoded one by one, and the values of missing chunks. */
export interface ArrayDescription {
  shape: number[];
  /** Shape of a chunk, or of a chunk inside a shard. */
  chunks: number[];
  type: ValueType;
  /** Value of missing chunks. */
  fill: number | bigint | string;
  /** Description for zarrita, in which this package's codecs replace the built-in ones. */
  metadata: ArrayMetadata;
}

type CodecMetadata = ArrayMetadata['codecs'][number];

/** Largest chunk in memory. */
const MAX_CHUNK_BYTES = 2 ** 29;
/** Largest number of chunks per shard, whose positions are read at once. */
const MAX_SHARD_CHUNKS = 2 ** 20;
const MAX_DIMENSIONS = 32;
const DAMAGED = 'the store is damaged; write it again with a current anndata';

/** Describes an array from its metadata. @throws FormatError; UnsupportedError */
export function describeArray(store: string, path: string, { metadata }: ZarrNode): ArrayDescription {
  const source = new Source(store, path);
  const described = metadata['zarr_format'] === 2 ? describe2(source, metadata) : describe3(source, metadata);
  const { shape, chunks, type } = described;
  if (chunks.length !== shape.length)
    throw source.damaged('chunks', `have ${chunks.length} dimensions, not ${shape.length}`);
  const bytes = chunks.reduce((product, size) => product * size, type.bytes);
  if (bytes > MAX_CHUNK_BYTES) {
    const remedy = `write it with chunks below ${MAX_CHUNK_BYTES} bytes, for example as compressed rows`;
    throw new UnsupportedError(store, path, `a chunk of ${bytes} bytes`, remedy);
  }
  return described;
}

/** Part of a store, for messages. */
class Source {
  constructor(
    private readonly store: string,
    private readonly path: string,
  ) {}

  damaged(field: string, problem: string): FormatError {
    return new FormatError(this.store, `${this.path}: ${field}`, problem, DAMAGED);
  }

  unsupported(what: string): UnsupportedError {
    return new UnsupportedError(this.store, this.path, what, 'write it again with a current anndata');
  }

  /** Returns a list of sizes. */
  sizes(field: string, value: unknown, least: number): number[] {
    const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= least;
    if (Array.isArray(value) && value.length <= MAX_DIMENSIONS && value.every(isSize)) return value as number[];
    throw this.damaged(field, `is ${JSON.stringify(value)?.slice(0, 60)}, not a list of sizes`);
  }
}

function describe2(source: Source, meta: JsonObject): ArrayDescription {
  const type = typeOf2(meta['dtype']);
  const shape = source.sizes('shape', meta['shape'], 0);
  // Python's zarr writes chunks of size 0 for an empty array.
  const chunks = source.sizes('chunks', meta['chunks'], 0).map((size) => Math.max(1, size));
  const codecs: CodecMetadata[] = [];
  if (meta['order'] === 'F') codecs.push({ name: 'transpose', configuration: { order: 'F' } });
  const filters = list(source, 'filters', meta['filters'] ?? []);
  for (const filter of filters) codecs.push(codec2(source, filter));
  if (type.isBigEndian === true && type.bytes > 1) codecs.push({ name: 'bytes', configuration: { endian: 'big' } });
  if ((meta['compressor'] ?? null) !== null) codecs.push(codec2(source, meta['compressor']));
  const separator = meta['dimension_separator'] ?? '.';
  if (separator !== '.' && separator !== '/') throw source.damaged('dimension_separator', "is not '.' or '/'");
  const keys: ArrayMetadata['chunk_key_encoding'] = { name: 'v2', configuration: { separator } };
  return assemble(source, { shape, chunks, type }, meta['fill_value'], chunks, keys, codecs);
}

function codec2(source: Source, value: unknown): CodecMetadata {
  const { id, ...configuration } = (value ?? {}) as JsonObject;
  if (typeof id !== 'string') throw source.damaged('compressor', 'has no id');
  return checked(source, id, configuration);
}

function describe3(source: Source, meta: JsonObject): ArrayDescription {
  const type = typeOf3(meta['data_type']);
  const shape = source.sizes('shape', meta['shape'], 0);
  const grid = (meta['chunk_grid'] ?? {}) as { name?: unknown; configuration?: JsonObject };
  if (grid.name !== 'regular') throw source.unsupported(`chunk grid ${JSON.stringify(grid.name)}`);
  const outer = source.sizes('chunk_shape', grid.configuration?.['chunk_shape'], 1);
  if (Array.isArray(meta['storage_transformers']) && meta['storage_transformers'].length > 0) {
    throw source.unsupported('a storage transformer');
  }
  const { name = 'default', configuration } = (meta['chunk_key_encoding'] ?? {}) as {
    name?: unknown;
    configuration?: JsonObject;
  };
  const separator = configuration?.['separator'] ?? (name === 'v2' ? '.' : '/');
  if ((name !== 'v2' && name !== 'default') || (separator !== '.' && separator !== '/')) {
    throw source.unsupported(`chunk key encoding ${JSON.stringify(name)}`);
  }
  const codecs = list(source, 'codecs', meta['codecs']).map((value) => codec3(source, value, outer));
  const sharding = codecs.find((codec) => codec.name === SHARDING);
  if (sharding && codecs.length > 1) throw source.unsupported('a codec beside sharding');
  const chunks = sharding ? (sharding.configuration['chunk_shape'] as number[]) : outer;
  return assemble(
    source,
    { shape, chunks, type },
    meta['fill_value'],
    outer,
    { name, configuration: { separator } },
    codecs,
  );
}

const SHARDING = 'sharding_indexed';

function codec3(source: Source, value: unknown, outer: number[]): CodecMetadata {
  const { name, configuration = {} } = (typeof value === 'string' ? { name: value } : (value ?? {})) as {
    name?: unknown;
    configuration?: JsonObject;
  };
  if (typeof name !== 'string') throw source.damaged('codecs', 'have no name');
  if (name !== SHARDING) return checked(source, name.replace(/^numcodecs\./, ''), configuration);
  const inner = source.sizes('chunk_shape', configuration['chunk_shape'], 1);
  const perShard = outer.reduce((product, size, axis) => product * (size / (inner[axis] ?? NaN)), 1);
  if (!outer.every((size, axis) => size % (inner[axis] ?? NaN) === 0)) {
    throw source.damaged('chunk_shape', `${inner.join(' × ')} does not divide the shard`);
  }
  if (perShard > MAX_SHARD_CHUNKS) throw source.unsupported(`a shard of ${perShard} chunks`);
  const nested = (field: string): CodecMetadata[] =>
    list(source, field, configuration[field]).map((codec) => {
      const result = codec3(source, codec, inner);
      if (result.name === SHARDING) throw source.unsupported('a shard inside a shard');
      return result;
    });
  const parts = { codecs: nested('codecs'), index_codecs: nested('index_codecs') };
  return { name, configuration: { ...configuration, chunk_shape: inner, ...parts } };
}

function list(source: Source, field: string, value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw source.damaged(field, 'is not a list');
}

/** Returns a codec under the name that this package registers. @throws UnsupportedError for an unknown codec */
function checked(source: Source, id: string, configuration: JsonObject): CodecMetadata {
  const name = checkedCodec(id);
  if (name === undefined) throw source.unsupported(`codec '${id}'`);
  return { name, configuration };
}

function assemble(
  source: Source,
  common: Pick<ArrayDescription, 'shape' | 'chunks' | 'type'>,
  stored: unknown,
  outer: number[],
  keys: ArrayMetadata['chunk_key_encoding'],
  codecs: CodecMetadata[],
): ArrayDescription {
  const { shape, type } = common;
  const fill = fillOf(type, stored);
  if (fill === undefined) throw source.damaged('fill_value', `${JSON.stringify(stored)} is not one of ${type.name}`);
  const metadata: ArrayMetadata = {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: type.read ?? 'uint8',
    chunk_grid: { name: 'regular', configuration: { chunk_shape: outer } },
    chunk_key_encoding: keys,
    codecs,
    fill_value: fill,
    attributes: {},
  };
  return { ...common, fill, metadata };
}

/** Returns the value of missing chunks, in the type as which the array is read. */
function fillOf(type: ValueType, stored: unknown): number | bigint | string | undefined {
  if (type.kind === 'string') return typeof stored === 'string' && type.read === 'string' ? stored : '';
  if (type.kind === 'compound' || type.kind === 'other') return '';
  if (type.read === 'int64' || type.read === 'uint64') return BigInt(Math.trunc(Number(stored ?? 0)));
  if (typeof stored === 'boolean') return Number(stored);
  if (typeof stored === 'number' || stored === null || stored === undefined)
    return type.isHalf === true ? halfBits(Number(stored ?? 0)) : Number(stored ?? 0);
  if (stored === 'NaN') return type.isHalf === true ? 0x7e00 : NaN;
  if (stored === 'Infinity' || stored === '-Infinity')
    return type.isHalf === true ? halfBits(Number(stored)) : Number(stored);
  return typeof stored === 'string' && /^0x[0-9a-f]+$/i.test(stored) ? bitsOf(type, stored) : undefined;
}

/** Returns the bits of 0 or an infinity in half precision. Other values are not used to fill matrices. */
function halfBits(value: number): number | undefined {
  if (value === 0) return 0;
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? 0x7c00 : 0xfc00;
}

/** Returns a floating-point number whose bits are written in hexadecimal. */
function bitsOf({ read, isHalf }: ValueType, stored: string): number | undefined {
  const bits = BigInt(stored);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  if (isHalf === true) return Number(bits & 0xffffn);
  if (read === 'float32') return view.getFloat32(4);
  return read === 'float64' ? view.getFloat64(0) : undefined;
}
