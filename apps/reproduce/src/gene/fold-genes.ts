import { stratifiedGroupKFold, stratifiedKFold } from '@geneformer-ts/eval';

/** The fold in which each gene is held out: each fold has its share of the classes, and genes of one group stand in one fold. */
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
