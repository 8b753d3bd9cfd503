import { Xoshiro128 } from '@geneformer-ts/core';
import { streams } from '../design/streams.js';
import type { Catalog } from '../genes/catalog.js';
import { sample } from '../random/sample.js';
import type { Abundance } from './abundance.js';
import type { Shifts } from './shifts.js';

/** Genes that move together within a cell type, in proportion to a score that each cell draws. */
export interface Program extends Shifts {
  name: string;
  /** Standard deviation of the score; 0 for the cell cycle, whose score depends on the cell's phase. */
  spread: number;
}

/**
 * Name of the common gene set, standard deviation of its score, shift of its genes at score 1, and number of anonymous
 * genes with half that shift.
 */
const named: readonly [string, number, number, number][] = [
  ['s phase', 0, 2.3, 40],
  ['g2m phase', 0, 2.6, 40],
  ['stress', 0.5, 1, 60],
  ['interferon', 0.4, 1, 40],
  ['hypoxia', 0.4, 1, 40],
  ['ribosomal', 0.25, 1, 0],
  ['mitochondrial', 0.35, 1, 0],
  ['cofactor', 1, 0.48, 70],
  ['buffer', 1, 0.48, 70],
];
/** Programs without a biological meaning: correlated noise. */
const NAMELESS = 6;
const NAMELESS_SHARE = 0.05;
const NAMELESS_SHIFT = 0.35;

export function drawPrograms(catalog: Catalog, abundance: Abundance, axis: readonly number[], seed: number): Program[] {
  const random = new Xoshiro128(seed, streams.programs);
  const programs = named.map(([name, spread, shift, extra]): Program => {
    const core = catalog.common.get(name) ?? [];
    const more = extra ? sample(random, abundance.pool, (extra * abundance.pool.length) / 9400) : [];
    const by = [...core.map(() => shift), ...more.map(() => shift / 2)].map((s) => s * (0.6 + 0.8 * random.uniform()));
    return { name, spread, genes: Int32Array.from([...core, ...more]), by: Float64Array.from(by) };
  });
  for (let k = 0; k < NAMELESS; k++) {
    // Each includes some axis genes, so that these also vary for other reasons than the fate.
    const genes = [
      ...sample(random, abundance.pool, abundance.pool.length * NAMELESS_SHARE),
      ...sample(random, axis, axis.length * 0.3),
    ];
    const unique = [...new Set(genes)];
    programs.push({
      name: `nameless ${k + 1}`,
      spread: 1,
      genes: Int32Array.from(unique),
      by: Float64Array.from(unique, () => NAMELESS_SHIFT * random.normal()),
    });
  }
  return programs;
}
