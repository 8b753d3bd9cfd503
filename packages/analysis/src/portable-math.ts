/**
 * exp and log made of IEEE operations only, so that they give the same bits in every JavaScript engine; the language leaves the last
 * bit of `Math.exp` and `Math.log` to the engine, and one bit changes a whole layout. Both are fdlibm's `e_exp.c` and `e_log.c` (Sun
 * Microsystems, 1993; "freely granted, provided that this notice is preserved"), whose error is below one unit in the last place.
 */

const value = new Float64Array(1);
const words = new Int32Array(value.buffer);
value[0] = 1;
// A constant, because a lookup of a global costs more than the rest where sources run in a sandbox.
const largest = Number.MAX_VALUE;
/** Place of the word that holds sign, exponent and leading bits. */
const high = words[1] === 0 ? 0 : 1;

function highWord(x: number): number {
  value[0] = x;
  return words[high];
}

/** 2 to a power from -1022 to 1023. */
function powerOf2(exponent: number): number {
  words[high] = (exponent + 1023) << 20;
  words[1 - high] = 0;
  return value[0];
}

const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;

const third = 1 / 3;

/** e to the power x. */
export function exp(x: number): number {
  if (!(x <= 7.09782712893383973096e2)) return x > 0 ? Infinity : x;
  if (x < -7.4513321910194110842e2) return 0;
  const size = highWord(x) & 0x7fffffff;
  let reduced = x;
  let upper = 0;
  let lower = 0;
  let k = 0;
  if (size > 0x3fd62e42) {
    // |x| > 0.5 ln 2: x = k ln 2 + reduced.
    if (size < 0x3ff0a2b2) {
      if (x === 1) return Math.E;
      k = x < 0 ? -1 : 1;
    } else {
      k = (1.442695040888963387 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    }
    upper = x - k * ln2High;
    lower = k * ln2Low;
    reduced = upper - lower;
  } else if (size < 0x3e300000) {
    return 1 + x;
  }
  const t = reduced * reduced;
  const c =
    reduced -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t * (6.61375632143793436117e-5 + t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  if (k === 0) return 1 - ((reduced * c) / (c - 2) - reduced);
  const y = 1 - (lower - (reduced * c) / (2 - c) - upper);
  if (k === 1024) return y * 2 * powerOf2(1023);
  if (k >= -1021) return y * powerOf2(k);
  return y * powerOf2(k + 1000) * powerOf2(-1000);
}

/** Natural logarithm of x. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x > largest) return x;
  let k = 0;
  let hx = highWord(x);
  if (hx < 0x00100000) {
    k = -54;
    hx = highWord(x * 18014398509481984);
  }
  k += (hx >> 20) - 1023;
  hx &= 0x000fffff;
  const carry = (hx + 0x95f64) & 0x100000;
  words[high] = hx | (carry ^ 0x3ff00000);
  k += carry >> 20;
  const f = value[0] - 1;
  if ((0x000fffff & (2 + hx)) < 3) {
    // |f| < 2^-20
    if (f === 0) return k * ln2High + k * ln2Low;
    const r = f * f * (0.5 - third * f);
    return k === 0 ? f - r : k * ln2High - (r - k * ln2Low - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.66666666666673513e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  const r = odd + even;
  if (((hx - 0x6147a) | (0x6b851 - hx)) > 0) {
    const half = 0.5 * f * f;
    return k === 0 ? f - (half - s * (half + r)) : k * ln2High - (half - (s * (half + r) + k * ln2Low) - f);
  }
  return k === 0 ? f - s * (f - r) : k * ln2High - (s * (f - r) - k * ln2Low - f);
}
