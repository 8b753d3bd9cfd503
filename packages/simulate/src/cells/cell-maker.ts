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
import { cookSoups } from './soup.js';

/** What a barcode holds: a cell, its share of ambient RNA, and now and then a second cell. */
export interface Barcode {
  identity: Identity;
  /** The second cell of a doublet, of the same library. */
  partner: Identity | null;
  /** Counts to expect from the cells and from the soup. */
  cellDepth: number;
  ambientDepth: number;
}

/** Two cells in one droplet share its reagents: together they give this share of the sum of their depths. */
const DOUBLET_YIELD = 0.8;
/** Concentration of the ambient share about its mean. */
const AMBIENT_CONCENTRATION = 40;

/**
 * Makes the cells of a simulation one by one, in any order: each comes from random streams named by the seed and its
 * index, so a cell is the same whichever block it is asked for in. Holds scratch space and is not for use by two
 * readers at once.
 */
export class CellMaker {
  readonly plan: Plan;
  private readonly batches: Batches;
  private readonly soups: (AliasTable | null)[];
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
    this.soups = cookSoups(biology, this.plan, this.batches.baselines);
    this.activity = emptyActivity(biology);
    this.levels = new Float64Array(biology.base.length);
    this.rates = new Float64Array(biology.base.length);
  }

  /** What the barcode holds, without its counts: cheap. */
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

  /** The barcode's counts, written into `counts` (one number a gene). @returns how many of them come from the soup */
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
    const soup = this.soups[identity.library]!;
    for (let molecule = 0; molecule < ambient; molecule++) counts[soup.draw(random)]++;
    return ambient;
  }

  /** The activity of the barcode's first cell, as `fill` draws it. */
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
