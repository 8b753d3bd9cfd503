import { Xoshiro128 } from '@geneformer-ts/core';
import type { Catalog } from '../genes/catalog.js';
import { streams } from '../design/streams.js';
import { gamma } from '../random/gamma.js';

/** Standard deviation of the log baseline of anonymous genes; it sets the number of detected genes at a given depth. */
const ANONYMOUS_SPREAD = 1.15;
/** Mean and standard deviation of the log baseline of the common gene sets; 0 is the median anonymous gene. */
const common: Record<string, readonly [number, number]> = {
  housekeeping: [3.5, 0.8],
  ribosomal: [4.2, 0.6],
  mitochondrial: [5.0, 0.6],
  's phase': [-1.6, 0.4],
  'g2m phase': [-1.7, 0.4],
  stress: [1.4, 0.7],
  interferon: [0.2, 0.7],
  hypoxia: [0, 0.6],
  cofactor: [0.7, 0.5],
  buffer: [0.7, 0.5],
};
/** Baseline of markers and regulators: low, so that their detection is informative. */
const REST = -1.7;
const REST_SPREAD = 0.4;
/** Share of the anonymous genes that are tissue antigens, expressed only in the AIRE program. */
const ANTIGEN_SHARE = 0.15;

export interface Abundance {
  /** Natural logarithm of each gene's baseline level, up to a constant. */
  base: Float64Array;
  /** Negative-binomial size of each gene: the variance of its counts is mean + mean²/size. */
  size: Float64Array;
  /** Genes that the AIRE program may express. */
  antigens: number[];
  /** Anonymous genes available for programs and targets, in random order. */
  pool: number[];
}

/** Draws the baseline level and the overdispersion of every gene. */
export function drawAbundance(catalog: Catalog, seed: number): Abundance {
  const random = new Xoshiro128(seed, streams.abundance);
  const genes = catalog.ids.length;
  const base = new Float64Array(genes).fill(NaN);
  for (const [name, set] of catalog.common) {
    const [mean, spread] = common[name];
    for (const gene of set) base[gene] = mean + spread * random.normal();
  }
  for (let gene = 0; gene < catalog.named; gene++) {
    if (Number.isNaN(base[gene])) base[gene] = REST + REST_SPREAD * random.normal();
  }
  const order = random.shuffle([...catalog.anonymous]);
  const silent = Math.floor(order.length * ANTIGEN_SHARE);
  order.forEach((gene, rank) => {
    base[gene] = rank < silent ? REST - 0.8 + 0.5 * random.normal() : ANONYMOUS_SPREAD * random.normal();
  });
  const malat1 = catalog.symbols.indexOf('MALAT1');
  if (malat1 >= 0) base[malat1] = 6.2;

  const dispersion = new Xoshiro128(seed, streams.dispersion);
  const size = Float64Array.from({ length: genes }, () => 1 + gamma(dispersion, 3) * 1.4);
  return {
    base,
    size,
    antigens: [...(catalog.markers.get('antigen') ?? []), ...order.slice(0, silent)],
    pool: order.slice(silent),
  };
}
