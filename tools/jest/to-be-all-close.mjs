/**
 * `expect(actual).toBeAllClose(expected, { rtol, atol })`: every element obeys `|actual - expected| <= atol + rtol * |expected|`,
 * as in numpy.testing.assert_allclose. Unlike there, NaN is close to nothing. An infinity is close to itself alone.
 *
 * @param actual a number, or an array or typed array of numbers
 * @param expected the same, of the same length
 * @param options `rtol`, default 1e-7, and `atol`, default 0; numbers of at least 0
 */
export function toBeAllClose(actual, expected, options = {}) {
  const { rtol = 1e-7, atol = 0, ...others } = options;
  for (const [name, value] of Object.entries({ rtol, atol })) {
    if (!(value >= 0)) throw new TypeError(`toBeAllClose: ${name} is ${value}; give a number of at least 0`);
  }
  for (const name of Object.keys(others)) throw new TypeError(`toBeAllClose: no option '${name}'; give rtol or atol`);
  const [a, e] = [numbers('actual', actual), numbers('expected', expected)];
  const found = compare(a, e, rtol, atol);
  const pass = a.length === e.length && found.mismatches === 0;
  return {
    pass,
    message: () => {
      const matcher = this.isNot ? '.not.toBeAllClose' : '.toBeAllClose';
      return [`expect(actual)${matcher}(expected), rtol ${rtol}, atol ${atol}`, ...report(a, e, found)].join('\n');
    },
  };
}

function numbers(name, value) {
  const values = typeof value === 'number' ? [value] : value;
  const valid = Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
  if (!valid) throw new TypeError(`toBeAllClose: ${name} is ${kindOf(value)}; give a number or an array of numbers`);
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] !== 'number') {
      throw new TypeError(`toBeAllClose: ${name}[${i}] is ${kindOf(values[i])}; give numbers only`);
    }
  }
  return values;
}

function kindOf(value) {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}

/** Counts mismatches, and finds the largest differences and where they are; a NaN counts as larger than all numbers. */
function compare(actual, expected, rtol, atol) {
  const found = { mismatches: 0, absolute: worst(), relative: worst() };
  for (let i = 0; i < expected.length && i < actual.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    const difference = a === e ? 0 : Math.abs(a - e);
    const close = a === e || (Number.isFinite(difference) && difference <= atol + rtol * Math.abs(e));
    if (!close) found.mismatches++;
    raise(found.absolute, difference, i);
    raise(found.relative, difference === 0 ? 0 : difference / Math.abs(e), i);
  }
  return found;
}

function worst() {
  return { difference: -1, at: -1 };
}

function raise(largest, difference, at) {
  if (Number.isNaN(largest.difference) || difference <= largest.difference) return;
  largest.difference = difference;
  largest.at = at;
}

function report(actual, expected, { mismatches, absolute, relative }) {
  if (actual.length !== expected.length) {
    return [`lengths differ: ${actual.length} actual values, ${expected.length} expected`];
  }
  if (expected.length === 0) return ['both are empty'];
  const place = ({ difference, at }) => `${difference} at [${at}]: actual ${actual[at]}, expected ${expected[at]}`;
  return [
    `mismatched elements: ${mismatches} of ${expected.length} (${Number(((100 * mismatches) / expected.length).toPrecision(3))} %)`,
    `largest absolute difference: ${place(absolute)}`,
    `largest relative difference: ${place(relative)}`,
  ];
}
