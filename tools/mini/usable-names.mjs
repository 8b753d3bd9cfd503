/**
 * Leaves out the names of a vocabulary that never lead to a token: symbols and retired ids of genes without one, and the entries of the
 * mapping that map a gene to itself. The file of V1 is half as large without them, and every gene is found as before.
 */
import { makeVocabulary } from '@geneformer-ts/tokenizer';

/** @param {import('@geneformer-ts/tokenizer').Vocabulary} vocabulary */
export function usableNames({ version, tokens, median, idOf, symbols = new Map(), mapping = new Map() }) {
  const leading = (names) => new Map([...names].filter(([name, gene]) => idOf.has(gene) && name !== gene));
  const [named, mapped] = [leading(symbols), leading(mapping)];
  return makeVocabulary(`the vocabulary ${version}`, {
    version,
    tokens,
    median,
    ...(named.size > 0 && { symbols: named }),
    ...(mapped.size > 0 && { mapping: mapped }),
  });
}
