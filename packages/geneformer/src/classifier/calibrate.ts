/** How the probabilities of a classifier become scores, and below which score a cell is unknown. */
export interface Calibration {
  /** Divides the logarithms of the probabilities; above 1 it makes a classifier that is too certain less so. */
  temperature: number;
  /** Cells whose best class has a lower score are unknown. */
  threshold: number;
  /** Share of the correctly classified cells, among those that the calibration was fitted on, that are below the threshold. */
  unknownShare: number;
}

const COLDEST = Math.log(0.1);
const HOTTEST = Math.log(10);
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Fits the temperature that gives held-out cells the least cross-entropy (Guo et al., ICML 2017), and the threshold below
 * which `unknownShare` of the correctly classified held-out cells lie.
 *
 * @param probabilities of held-out cells, cells × classes
 * @param truth class of each of these cells
 * @param unknownShare share of the cells of known types that may become unknown
 */
export function calibrate(
  probabilities: Float32Array,
  truth: Int32Array,
  classes: number,
  unknownShare: number,
): Calibration {
  const temperature = Math.exp(
    minimum((log) => crossEntropy(scale(probabilities, classes, Math.exp(log)), truth, classes), COLDEST, HOTTEST),
  );
  const scores = scale(probabilities, classes, temperature);
  const { best, score } = bestClasses(scores, classes);
  const right = score.filter((_, cell) => best[cell] === truth[cell]).sort();
  const threshold = right.length > 0 ? right[Math.floor(unknownShare * right.length)] : 0;
  return { temperature, threshold, unknownShare };
}

/** Returns the probabilities with a temperature: powers of 1 / temperature that sum to 1 per cell. */
export function scale(probabilities: Float32Array, classes: number, temperature: number): Float32Array {
  const scaled = new Float32Array(probabilities.length);
  for (let start = 0; start < probabilities.length; start += classes) {
    let sum = 0;
    for (let i = start; i < start + classes; i++) sum += scaled[i] = probabilities[i] ** (1 / temperature);
    for (let i = start; i < start + classes; i++) scaled[i] = sum > 0 ? scaled[i] / sum : 1 / classes;
  }
  return scaled;
}

/** Returns the most probable class of each cell and its probability; the first class wins a tie. */
export function bestClasses(probabilities: Float32Array, classes: number): { best: Int32Array; score: Float32Array } {
  const cells = probabilities.length / classes;
  const best = new Int32Array(cells);
  const score = new Float32Array(cells);
  for (let cell = 0; cell < cells; cell++) {
    const row = probabilities.subarray(cell * classes, (cell + 1) * classes);
    score[cell] = row.reduce((a, b) => Math.max(a, b));
    best[cell] = row.indexOf(score[cell]);
  }
  return { best, score };
}

function crossEntropy(probabilities: Float32Array, truth: Int32Array, classes: number): number {
  let sum = 0;
  truth.forEach((label, cell) => (sum -= Math.log(Math.max(probabilities[cell * classes + label], 1e-30))));
  return sum / truth.length;
}

/** Returns the position of the minimum of a function with one, by golden-section search. */
function minimum(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high];
  while (b - a > 1e-4) {
    const [left, right] = [b - GOLDEN * (b - a), a + GOLDEN * (b - a)];
    if (f(left) <= f(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}
