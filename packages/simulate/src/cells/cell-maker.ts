import { Xoshiro128 } from '@geneformer-ts/core';
import type { Biology } from '../biology/biology.js';
import { cellTypes } from '../design/cell-types.js';
import type { ThymusSettings } from '../design/options.js';
import { streams } from '../design/streams.js';
import type { AliasTable } from '../random/alias.js';
import { beta } from '../random/gamma.js';
import { poisson } from '../random/poisson.js';
import { drawActivity, emptyActivity, type Activity } from './activity.js';
import { drawBatches, type Batches } from './batches.js';
import { drawIdentity, type Identity } from './identity.js';
import { writeLogLevels } from './log-levels.js';
import { planCells, type Plan } from './plan.js';
import { addRates, sampleCounts } from './sample-counts.js';
import { ambientProfiles } from './ambient-profiles.js';

/** Content of a barcode: a cell, ambient RNA and, for a doublet, a second cell. */
export interface Barcode {
  identity: Identity;
  /** The second cell of a doublet, from the same library. */
  partner: Identity | null;
  /** Expected counts from the cells and from ambient RNA. */
  cellDepth: number;
  ambientDepth: number;
}

/** Two cells in one droplet share its reagents, so a doublet has this share of the sum of their depths. */
const DOUBLET_YIELD = 0.8;
/** Concentration of the beta distribution of the ambient share. */
const AMBIENT_CONCENTRATION = 40;

/**
 * Generates the cells of a simulation one by one, in any order. Each cell has its own random streams, named by the seed
 * and its index, so it does not depend on the blocks. Reuses buffers, so two readers must not use it concurrently.
 */
export class CellMaker {
  readonly plan: Plan;
  private readonly batches: Batches;
  private readonly ambientTables: (AliasTable | null)[];
  private readonly random = new Xoshiro128();
  private readonly activity: Activity;
  private readonly levels: Float64Array;
  private readonly rates: Float64Array;

  constructor(
    readonly biology: Biology,
    readonly settings: ThymusSettings,
  ) {
    this.plan = planCells(settings);
    const types = cellTypes.length;
    const cellsIn = this.plan.partners.map((_, library) =>
      this.plan.counts.subarray(library * types, (library + 1) * types).reduce((a, b) => a + b, 0),
    );
    this.batches = drawBatches(biology, settings.seed, cellsIn);
    this.ambientTables = ambientProfiles(biology, this.plan, this.batches.baselines);
    this.activity = emptyActivity(biology);
    this.levels = new Float64Array(biology.base.length);
    this.rates = new Float64Array(biology.base.length);
  }

  /** Returns the content of a barcode without its counts; this is fast. */
  barcode(index: number): Barcode {
    const { random, settings, plan, batches } = this;
    random.reseed(settings.seed, streams.cell, index);
    const library = plan.library[index];
    const draw = (type: number): Identity =>
      drawIdentity(random, type, library, batches.depthScores[library], settings.lineageNoise);
    const identity = draw(plan.type[index]);
    const isDoublet = random.uniform() < settings.doubletRate;
    const partner = isDoublet ? draw(plan.partners[library]!.draw(random)) : null;
    const ambient =
      settings.ambientFraction &&
      beta(
        random,
        AMBIENT_CONCENTRATION * settings.ambientFraction,
        AMBIENT_CONCENTRATION * (1 - settings.ambientFraction),
      );
    const depth = settings.depthScale * (partner ? DOUBLET_YIELD * (identity.depth + partner.depth) : identity.depth);
    return { identity, partner, cellDepth: depth * (1 - ambient), ambientDepth: depth * ambient };
  }

  /**
   * Writes the barcode's counts into `counts` (one number per gene).
   *
   * @returns number of ambient counts
   */
  fill(index: number, counts: Int32Array): number {
    const { identity, partner, cellDepth, ambientDepth } = this.barcode(index);
    const { random, rates, biology } = this;
    random.reseed(this.settings.seed, streams.counts, index);
    rates.fill(0);
    const both = identity.depth + (partner?.depth ?? 0);
    this.addCell(identity, (cellDepth * identity.depth) / both);
    if (partner) this.addCell(partner, (cellDepth * partner.depth) / both);
    sampleCounts(random, rates, biology.size, counts);

    const ambient = poisson(random, ambientDepth);
    const ambientTable = this.ambientTables[identity.library]!;
    for (let molecule = 0; molecule < ambient; molecule++) counts[ambientTable.draw(random)]++;
    return ambient;
  }

  /** Returns the activity of the barcode's first cell, as `fill` draws it. */
  activityOf(index: number): Activity {
    const { identity } = this.barcode(index);
    const activity = emptyActivity(this.biology);
    this.random.reseed(this.settings.seed, streams.counts, index);
    drawActivity(this.random, this.biology, identity, activity);
    return activity;
  }

  private addCell(identity: Identity, depth: number): void {
    drawActivity(this.random, this.biology, identity, this.activity);
    writeLogLevels(
      this.biology,
      this.batches.baselines[identity.library],
      identity.weights,
      this.activity,
      this.levels,
    );
    addRates(this.levels, depth, this.rates);
  }
}
