/** Where genes are found: what perturbing a random gene depends on. */
export interface GeneProfile {
  /** Number of cells that contain each gene. */
  cells: ArrayLike<number>;
  /** Mean rank in these cells. */
  meanRank: ArrayLike<number>;
}

/**
 * Returns the genes that are most similar to one in detection and rank: by the distance of (log cells, mean rank), each divided by its
 * standard deviation over genes. The gene itself is never among them.
 *
 * ```ts
 * const profile = { cells: [10, 11, 500, 9], meanRank: [20, 22, 21, 300] };
 * matchedGenes(profile, 0, 1); // [1]
 * ```
 *
 * @param most - number of genes
 * @returns indices, the nearest first, ties by index
 */
export function matchedGenes(profile: GeneProfile, gene: number, most: number): number[] {
  return matcher(profile)(gene, most);
}

/** Returns a function that matches genes of one profile. */
export function matcher({ cells, meanRank }: GeneProfile): (gene: number, most: number) => number[] {
  const detection = standardized(Float64Array.from(cells, (count) => Math.log(count)));
  const rank = standardized(Float64Array.from(meanRank));
  return (gene, most) => {
    const nearest: number[] = [];
    const distances: number[] = [];
    for (let other = 0; other < rank.length; other++) {
      if (other === gene) continue;
      const distance = (detection[other] - detection[gene]) ** 2 + (rank[other] - rank[gene]) ** 2;
      if (nearest.length === most && distance >= distances[most - 1]) continue;
      let at = nearest.length;
      while (at > 0 && distances[at - 1] > distance) at--;
      nearest.splice(at, 0, other);
      distances.splice(at, 0, distance);
      if (nearest.length > most) {
        nearest.pop();
        distances.pop();
      }
    }
    return nearest;
  };
}

function standardized(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = Math.sqrt(variance) || 1;
  return values.map((value) => (value - mean) / scale);
}
