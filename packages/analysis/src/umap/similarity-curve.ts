import { exp, log } from '../portable-math.js';

/** Similarity of two points of a layout at distance d: 1 / (1 + a·d^(2b)). */
export interface SimilarityCurve {
  a: number;
  b: number;
}

const samples = 300;
const widest = 3;
const steps = 500;

/**
 * Fits the curve to a similarity that is 1 up to `minDist` and then falls as exp(minDist - d): least squares at 300 distances
 * from 0 to 3, as umap-learn's `find_ab_params` with a spread of 1.
 */
export function fitSimilarityCurve(minDist: number): SimilarityCurve {
  let fitted = { a: 1, b: 1 };
  let system = normalEquations(fitted, minDist);
  let damping = 1e-3;
  // Levenberg–Marquardt with two unknowns.
  for (let step = 0; step < steps && damping < 1e12; step++) {
    const { aa, ab, bb, ra, rb } = system;
    const [da, db] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = da * db - ab * ab;
    const moved = {
      a: fitted.a + (db * ra - ab * rb) / determinant,
      b: fitted.b + (da * rb - ab * ra) / determinant,
    };
    const tried = moved.a > 0 && moved.b > 0 ? normalEquations(moved, minDist) : undefined;
    if (!tried || !(tried.loss < system.loss)) {
      damping *= 10;
      continue;
    }
    fitted = moved;
    system = tried;
    damping /= 10;
  }
  return fitted;
}

function normalEquations({ a, b }: SimilarityCurve, minDist: number) {
  const sums = { aa: 0, ab: 0, bb: 0, ra: 0, rb: 0, loss: 0 };
  for (let i = 0; i < samples; i++) {
    const distance = (i * widest) / (samples - 1);
    const wanted = distance < minDist ? 1 : exp(minDist - distance);
    // At distance 0 the curve is 1 whatever a and b are.
    const logarithm = distance > 0 ? log(distance) : 0;
    const power = distance > 0 ? exp(2 * b * logarithm) : 0;
    const curve = 1 / (1 + a * power);
    const residual = wanted - curve;
    const byA = -curve * curve * power;
    const byB = byA * a * 2 * logarithm;
    sums.aa += byA * byA;
    sums.ab += byA * byB;
    sums.bb += byB * byB;
    sums.ra += byA * residual;
    sums.rb += byB * residual;
    sums.loss += residual * residual;
  }
  return sums;
}
