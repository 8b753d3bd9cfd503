import { stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';

/** Returns the fold in which each gene is held out. Folds are stratified by class, and genes of one group are kept in one fold. */
export function foldGenes(
  labels: Int32Array,
  groups: readonly string[] | null,
  options: { nSplits: number; seed: number },
): Int32Array {
  if (!groups) return stratifiedKFold(labels, options);
  const known = [...new Set(groups)].sort();
  const codeOf = new Map(known.map((name, code) => [name, code]));
  return stratifiedGroupKFold(
    labels,
    Int32Array.from(groups, (name) => codeOf.get(name)!),
    options,
  );
}
