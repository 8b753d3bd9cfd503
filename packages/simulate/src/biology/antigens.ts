import { Xoshiro128 } from '@geneformer-ts/core';
import { streams } from '../design/streams.js';

/**
 * Promiscuous expression of the AIRE program: every cell expresses different clusters of tissue antigens, each gene at
 * random.
 */
export interface Antigens {
  clusters: Int32Array[];
}

const CLUSTERS = 50;
/**
 * Probability that a cell with a full AIRE response opens a cluster, and that a gene of an open cluster is expressed.
 */
const CLUSTER_OPENS = 0.25;
const GENE_OPENS = 0.5;
const SMALLEST_SHIFT = 1.5;
const SHIFT_RANGE = 2.5;

export function drawAntigens(genes: readonly number[], seed: number): Antigens {
  const random = new Xoshiro128(seed, streams.antigens);
  const order = random.shuffle([...genes]);
  const clusters = Math.min(CLUSTERS, order.length);
  return {
    clusters: Array.from({ length: clusters }, (_, k) => Int32Array.from(order.filter((_, i) => i % clusters === k))),
  };
}

/**
 * Draws the antigens that a cell expresses, and their shifts, into `genes` and `shifts`, for an AIRE response from 0 to
 * 1.
 */
export function openAntigens(
  random: Xoshiro128,
  antigens: Antigens,
  response: number,
  genes: number[],
  shifts: number[],
): void {
  genes.length = 0;
  shifts.length = 0;
  for (const cluster of antigens.clusters) {
    if (random.uniform() >= CLUSTER_OPENS * response) continue;
    for (const gene of cluster) {
      if (random.uniform() >= GENE_OPENS) continue;
      genes.push(gene);
      shifts.push(SMALLEST_SHIFT + SHIFT_RANGE * random.uniform());
    }
  }
}
