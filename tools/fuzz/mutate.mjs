import { Buffer } from 'node:buffer';

/**
 * Ways to damage a file, as transport, disks and people with bad intentions do. Each takes a generator and bytes and gives
 * other bytes.
 */
const HUGE = [-1n, 0n, 1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 40n, 2n ** 53n, 2n ** 63n - 1n];

const mutations = [flipBits, flipBits, setBytes, setBytes, resize, resize, cut, drop, repeat, erase, swap];

/** Some mutations, one after the other; text gets those for text among them. */
export function mutate(random, bytes, { text = false } = {}) {
  const kinds = text ? [...mutations, renumber, renumber, renumber, renumber] : mutations;
  let result = Buffer.from(bytes);
  for (let times = 1 + random.below(random.pick([1, 1, 3])); times > 0; times--) {
    result = random.pick(kinds)(random, result);
  }
  return result;
}

/** Most formats keep what describes the rest at their beginning or their end. */
function position(random, bytes) {
  const near = Math.min(bytes.length, random.pick([64, 1024, 8192, bytes.length]));
  // A file of nothing has its beginning alone.
  if (near === 0) return 0;
  return random.below(4) === 0 ? bytes.length - 1 - random.below(near) : random.below(near);
}

function flipBits(random, bytes) {
  for (let times = random.pick([1, 1, 2, 8, 64]); times > 0; times--) {
    bytes[position(random, bytes)] ^= 1 << random.below(8);
  }
  return bytes;
}

function setBytes(random, bytes) {
  for (let times = random.pick([1, 1, 2, 8]); times > 0; times--) {
    bytes[position(random, bytes)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)]);
  }
  return bytes;
}

/** Puts another number where a small whole one is: a wrong shape, a huge declared size, an offset that points elsewhere. */
function resize(random, bytes) {
  for (let tries = 200; tries > 0; tries--) {
    const width = random.pick([2, 4, 8]);
    const at = position(random, bytes) & ~(random.pick([1, 2, 4, 8]) - 1);
    if (at + width > bytes.length || at < 0) continue;
    const value = read(bytes, at, width);
    if (value < 1n || value > 1n << 24n) continue;
    const near = [value + 1n, value - 1n, value * 2n, value * 1000n, BigInt(random.below(bytes.length))];
    write(bytes, at, width, random.pick([...HUGE, ...near]));
    return bytes;
  }
  return setBytes(random, bytes);
}

function read(bytes, at, width) {
  if (width === 8) return bytes.readBigUInt64LE(at);
  return BigInt(bytes.readUIntLE(at, width));
}

function write(bytes, at, width, value) {
  const whole = Buffer.alloc(8);
  whole.writeBigInt64LE(BigInt.asIntN(64, value));
  whole.copy(bytes, at, 0, width);
}

function cut(random, bytes) {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

/** A stretch of the file, seldom long. */
function stretch(random, bytes) {
  const start = position(random, bytes);
  return [start, Math.min(bytes.length, start + 1 + random.below(random.pick([8, 512, bytes.length])))];
}

function drop(random, bytes) {
  const [start, end] = stretch(random, bytes);
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
}

function repeat(random, bytes) {
  const [start, end] = stretch(random, bytes);
  return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
}

function erase(random, bytes) {
  const [start, end] = stretch(random, bytes);
  return bytes.fill(random.pick([0, 0xff]), start, end);
}

/** Copies one stretch over another: pointers that run in circles come from this. */
function swap(random, bytes) {
  const [start, end] = stretch(random, bytes);
  bytes.copyWithin(position(random, bytes), start, end);
  return bytes;
}

/** Puts another number in the place of one that is written out. */
function renumber(random, bytes) {
  const text = bytes.toString('latin1');
  const numbers = [...text.matchAll(/\d+/g)];
  if (numbers.length === 0) return setBytes(random, bytes);
  const { 0: digits, index } = numbers[random.below(random.pick([Math.min(3, numbers.length), numbers.length]))];
  const other = random.pick([
    '-1',
    '0',
    '1',
    '2147483648',
    '99999999999',
    '9007199254740993',
    '1e308',
    '1e999',
    'NaN',
    '0x10',
    '',
    '"',
    '[]',
    'null',
  ]);
  return Buffer.from(text.slice(0, index) + other + text.slice(index + digits.length), 'latin1');
}
