const TABLE = 256;
const table = new Float64Array(TABLE);
for (let k = 2; k < TABLE; k++) table[k] = table[k - 1] + Math.log(k);
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** Returns ln k! for a whole k ≥ 0: a table up to 255, Stirling's series (error below 1e-14) above. */
export function logFactorial(k: number): number {
  if (k < TABLE) return table[k];
  const x = k + 1;
  const inverse = 1 / x;
  const square = inverse * inverse;
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + inverse * (1 / 12 - square * (1 / 360 - square / 1260));
}
