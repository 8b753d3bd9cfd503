import { Xoshiro128 } from '@geneformer-ts/core';
import { streams } from '../design/streams.js';
import type { Catalogue } from '../genes/catalogue.js';
import { sample } from '../random/sample.js';
import type { Abundance } from './abundance.js';
import type { Shifts } from './shifts.js';

/** Genes that move together within a cell type, in proportion to a score that each cell draws. */
export interface Programme extends Shifts {
  name: string;
  /** Standard deviation of the score; 0 for the cell cycle, whose score the cell's phase sets. */
  spread: number;
}

/**
 * Common set, spread of its score, shift of its genes at score 1, and of how many anonymous genes at half that shift.
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
/** Programmes without a story: correlated noise that every classifier must see through. */
const NAMELESS = 6;
const NAMELESS_SHARE = 0.05;
const NAMELESS_SHIFT = 0.35;

export function drawProgrammes(
  catalogue: Catalogue,
  abundance: Abundance,
  axis: readonly number[],
  seed: number,
): Programme[] {
  const random = new Xoshiro128(seed, streams.programmes);
  const programmes = named.map(([name, spread, shift, extra]): Programme => {
    const core = catalogue.common.get(name) ?? [];
    const more = extra ? sample(random, abundance.pool, (extra * abundance.pool.length) / 9400) : [];
    const by = [...core.map(() => shift), ...more.map(() => shift / 2)].map((s) => s * (0.6 + 0.8 * random.uniform()));
    return { name, spread, genes: Int32Array.from([...core, ...more]), by: Float64Array.from(by) };
  });
  for (let k = 0; k < NAMELESS; k++) {
    // A part of the axis is always among them: what tells cortex from medulla also moves for other reasons.
    const genes = [
      ...sample(random, abundance.pool, abundance.pool.length * NAMELESS_SHARE),
      ...sample(random, axis, axis.length * 0.3),
    ];
    const unique = [...new Set(genes)];
    programmes.push({
      name: `nameless ${k + 1}`,
      spread: 1,
      genes: Int32Array.from(unique),
      by: Float64Array.from(unique, () => NAMELESS_SHIFT * random.normal()),
    });
  }
  return programmes;
}
