import { ArgumentError, listSome } from '@geneformer-ts/core';
import { matchedGenes } from '@geneformer-ts/perturb';
import type { Vocabulary } from '@geneformer-ts/tokenizer';

/** Genes that are perturbed together. */
export interface Target {
  /** Symbol or id of the gene, or name of the group. */
  name: string;
  /** Token ids. */
  genes: number[];
  /** Index of the target that this one is compared with; only for random genes. */
  nullOf?: number;
}

/**
 * Returns the token id of a gene, by its symbol or id.
 *
 * @throws ArgumentError for a gene that the model does not know
 */
function tokenOf(gene: string, { idOf, symbols, mapping }: Vocabulary): number {
  const id = idOf.has(gene) ? gene : (symbols?.get(gene) ?? mapping?.get(gene.toUpperCase()));
  const token = id === undefined ? undefined : idOf.get(id);
  if (token !== undefined) return token;
  throw new ArgumentError(
    'genes',
    `the model does not know '${gene}'`,
    'use a symbol or an Ensembl id of its vocabulary',
  );
}

/** Returns the targets that were asked for: genes alone, then groups. */
export function targetsOf(
  genes: readonly string[],
  groups: Readonly<Record<string, readonly string[]>>,
  vocabulary: Vocabulary,
): Target[] {
  const alone = genes.map((gene) => ({ name: gene, genes: [tokenOf(gene, vocabulary)] }));
  const together = Object.entries(groups).map(([name, members]) => {
    const tokens = [...new Set(members.map((gene) => tokenOf(gene, vocabulary)))];
    if (tokens.length === 0) throw new ArgumentError('groups', `'${name}' has no genes`, 'name at least one');
    return { name, genes: tokens };
  });
  const targets = [...alone, ...together];
  const repeated = targets.map(({ name }) => name).filter((name, at, all) => all.indexOf(name) !== at);
  if (repeated.length > 0) throw new ArgumentError('genes', `${listSome(repeated)} repeated`, 'name each once');
  return targets;
}

/** How often and where the genes of some cells are found. */
export interface CellGenes {
  /** Token ids, ascending. */
  tokens: Int32Array;
  cells: Int32Array;
  meanRank: Float64Array;
}

/** Counts the genes of sequences. */
export function cellGenes(sequences: Iterable<Int32Array>, specialIds: readonly number[]): CellGenes {
  const found = new Map<number, { cells: number; rank: number }>();
  for (const sequence of sequences) {
    const special = sequence.length > 0 && specialIds.includes(sequence[0]) ? 1 : 0;
    sequence.forEach((token, at) => {
      if (specialIds.includes(token)) return;
      const own = found.get(token) ?? { cells: 0, rank: 0 };
      found.set(token, { cells: own.cells + 1, rank: own.rank + at - special });
    });
  }
  const list = [...found].sort(([a], [b]) => a - b);
  return {
    tokens: Int32Array.from(list, ([token]) => token),
    cells: Int32Array.from(list, ([, { cells }]) => cells),
    meanRank: Float64Array.from(list, ([, { cells, rank }]) => rank / cells),
  };
}

/**
 * Returns random genes to compare targets with: for each target `count` copies, in which each gene is replaced by one that is similar in
 * detection and rank. Genes of no target are used, and targets that no cell contains get none.
 */
export function nullTargets(targets: readonly Target[], found: CellGenes, count: number): Target[] {
  const asked = new Set(targets.flatMap(({ genes }) => genes));
  return targets.flatMap((target, nullOf) => {
    const places = target.genes.map((gene) => found.tokens.indexOf(gene)).filter((at) => at >= 0);
    if (places.length === 0) return [];
    const similar = places.map((at) =>
      matchedGenes(found, at, count + asked.size)
        .map((other) => found.tokens[other])
        .filter((token) => !asked.has(token)),
    );
    const most = Math.min(count, ...similar.map((genes) => genes.length));
    return Array.from({ length: most }, (_, copy) => ({
      name: `${target.name} null ${copy + 1}`,
      // A gene may be similar to several genes of a group.
      genes: [...new Set(similar.map((genes) => genes[copy]))],
      nullOf,
    }));
  });
}
