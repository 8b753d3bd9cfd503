/** The genes of a cell as a model reads them. */
export interface GeneSequence {
  /** Token ids in the order of their ranks, with `<cls>` and `<eos>` if the vocabulary has them. */
  tokens: Int32Array;
  /** Counts per 10,000 of each token, 0 at special tokens; only for models that read expression levels. */
  counts?: Float32Array;
}

/** A sequence after a perturbation. */
export interface PerturbedSequence extends GeneSequence {
  /** Position in the original sequence of each token; −1 for an inserted gene. */
  from: Int32Array;
  /** Perturbed genes that the original sequence contains. */
  present: number;
  /** Genes at the end of the original that did not fit any more. */
  dropped: number;
}

/** What perturbations need to know about a vocabulary. */
export interface SequenceRules {
  /** Ids of special tokens, which no perturbation moves. */
  specialIds: readonly number[];
  /** Maximum number of tokens, special tokens included. */
  maxLength: number;
  /**
   * Median of each gene by token id. With counts, a moved gene gets the count that its new rank implies: its median times the scaled
   * count of the gene whose place it takes.
   */
  medians?: ArrayLike<number>;
}

/** The part of a sequence that perturbations may change: positions `start … end − 1`. */
export function geneRange({ tokens }: GeneSequence, specialIds: readonly number[]): { start: number; end: number } {
  let start = 0;
  let end = tokens.length;
  while (start < end && specialIds.includes(tokens[start])) start++;
  while (end > start && specialIds.includes(tokens[end - 1])) end--;
  return { start, end };
}

/** A place in a new sequence: a position of the original, or a gene that it does not contain. */
export type Place = { from: number; rankOf?: number } | { insert: number; rankOf: number };

/**
 * Returns the sequence of some places.
 *
 * @param places - for each token its position in the original; `rankOf` is the position in the original whose scaled count a moved or
 *   inserted gene gets
 */
export function sequenceOf(
  original: GeneSequence,
  places: readonly Place[],
  { medians }: Pick<SequenceRules, 'medians'>,
): Pick<PerturbedSequence, 'tokens' | 'counts' | 'from'> {
  const tokens = Int32Array.from(places, (place) => ('insert' in place ? place.insert : original.tokens[place.from]));
  const from = Int32Array.from(places, (place) => ('insert' in place ? -1 : place.from));
  const { counts } = original;
  if (!counts) return { tokens, from };
  const moved = Float32Array.from(places, (place, at) => {
    const { rankOf } = place;
    if (rankOf === undefined || !medians) return 'insert' in place ? counts[place.rankOf] : counts[place.from];
    return (counts[rankOf] / medians[original.tokens[rankOf]]) * medians[tokens[at]];
  });
  return { tokens, from, counts: moved };
}
