import { Xoshiro128 } from '@geneformer-ts/core';
import type { Catalogue } from '../genes/catalogue.js';
import { streams } from '../design/streams.js';
import { gamma } from '../random/gamma.js';

/** Spread of the baseline of anonymous genes in the logarithm; it sets how many genes a cell of a given depth shows. */
const ANONYMOUS_SPREAD = 1.15;
/** Mean and spread of the baseline of the common sets; a level of 0 is the median anonymous gene. */
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
/** Markers and regulators at rest: a trace, so that their presence means something. */
const REST = -1.7;
const REST_SPREAD = 0.4;
/** Share of the anonymous genes that are tissue antigens, silent but for the AIRE programme. */
const ANTIGEN_SHARE = 0.15;

export interface Abundance {
  /** Natural logarithm of each gene's level at rest, up to a constant. */
  base: Float64Array;
  /** Negative-binomial size of each gene: its counts vary by mean + mean²/size. */
  size: Float64Array;
  /** Genes that the AIRE programme may open. */
  antigens: number[];
  /** Anonymous genes free for programmes and targets, in random order. */
  pool: number[];
}

/** Levels at rest and overdispersion of every gene. */
export function drawAbundance(catalogue: Catalogue, seed: number): Abundance {
  const random = new Xoshiro128(seed, streams.abundance);
  const genes = catalogue.ids.length;
  const base = new Float64Array(genes).fill(NaN);
  for (const [name, set] of catalogue.common) {
    const [mean, spread] = common[name];
    for (const gene of set) base[gene] = mean + spread * random.normal();
  }
  for (let gene = 0; gene < catalogue.named; gene++) {
    if (Number.isNaN(base[gene])) base[gene] = REST + REST_SPREAD * random.normal();
  }
  const order = random.shuffle([...catalogue.anonymous]);
  const silent = Math.floor(order.length * ANTIGEN_SHARE);
  order.forEach((gene, rank) => {
    base[gene] = rank < silent ? REST - 0.8 + 0.5 * random.normal() : ANONYMOUS_SPREAD * random.normal();
  });
  const malat1 = catalogue.symbols.indexOf('MALAT1');
  if (malat1 >= 0) base[malat1] = 6.2;

  const dispersion = new Xoshiro128(seed, streams.dispersion);
  const size = Float64Array.from({ length: genes }, () => 1 + gamma(dispersion, 3) * 1.4);
  return {
    base,
    size,
    antigens: [...(catalogue.markers.get('antigen') ?? []), ...order.slice(0, silent)],
    pool: order.slice(silent),
  };
}
