import { describe, expect, test } from '@jest/globals';
import { rocAuc } from '@geneformer-ts/eval';
import { simulateThymus } from '@geneformer-ts/simulate';
import { foldGenes } from './gene-folds.js';

const options = { nSplits: 5, seed: 0 };

test('without groups, genes are assigned singly and folds are stratified by class', () => {
  const labels = Int32Array.from({ length: 30 }, (_, gene) => (gene % 3 === 0 ? 1 : 0));
  const folds = foldGenes(labels, null, options);
  for (let fold = 0; fold < 5; fold++) {
    expect([...labels].filter((_, gene) => folds[gene] === fold).sort()).toEqual([0, 0, 0, 0, 1, 1]);
  }
});

describe('in the simulation, where insensitive factors share the tissue places of a sensitive one', () => {
  const { regulators } = simulateThymus({ preset: 'default', seed: 0 }).truth;
  const genes = regulators
    .filter(({ dosage }) => dosage === 'sensitive' || dosage === 'insensitive')
    .map(({ dosage, activeIn }) => ({ label: dosage === 'sensitive' ? 1 : 0, places: [...activeIn].sort() }));
  const labels = Int32Array.from(genes, ({ label }) => label);

  /** Returns the mean AUC of a rule that only uses places: a vote of the training genes, weighted by the share of common places. */
  function placeRule(folds: Int32Array): number {
    let sum = 0;
    for (let fold = 0; fold < options.nSplits; fold++) {
      const tested = genes.filter((_, gene) => folds[gene] === fold);
      const learned = genes.filter((_, gene) => folds[gene] !== fold);
      const scores = tested.flatMap(({ places }) => {
        const votes = [0, 0];
        for (const { label, places: others } of learned) {
          const common = places.filter((place) => others.includes(place)).length;
          votes[label] += common / (places.length + others.length - common);
        }
        const share = votes[1] / (votes[0] + votes[1] || 1);
        return [1 - share, share];
      });
      const truth = Int32Array.from(tested, ({ label }) => label);
      sum += rocAuc(truth, Float64Array.from(scores), 2) / options.nSplits;
    }
    return sum;
  }

  test('without groups, the training genes with the same places reveal the class of a test gene', () => {
    expect(placeRule(foldGenes(labels, null, options))).toBeLessThan(0.3);
  });

  test('with groups, places are not informative', () => {
    const groups = genes.map(({ places }) => places.join(', '));
    const auc = placeRule(foldGenes(labels, groups, options));
    expect(auc).toBeGreaterThan(0.4);
    expect(auc).toBeLessThan(0.6);
  });
});
