import type { Xoshiro128 } from '@geneformer-ts/core';
import type { Biology } from '../biology/biology.js';
import { openAntigens } from '../biology/antigens.js';
import { hill, SILENT } from '../biology/response.js';
import type { Identity } from './identity.js';

/** State of one cell: scores of its programs, mRNA level and response of its regulators, expressed antigens. */
export interface Activity {
  /** By program. */
  scores: Float64Array;
  /** By regulator: shift of its mRNA level, logarithm of its dose, and response from 0 to 1. */
  message: Float64Array;
  logDose: Float64Array;
  response: Float64Array;
  antigens: number[];
  antigenShifts: number[];
}

export function emptyActivity(biology: Biology): Activity {
  const regulators = biology.regulators.length;
  return {
    scores: new Float64Array(biology.programs.length),
    message: new Float64Array(regulators),
    logDose: new Float64Array(regulators),
    response: new Float64Array(regulators),
    antigens: [],
    antigenShifts: [],
  };
}

/** Draws the activity of a cell into `activity`. */
export function drawActivity(random: Xoshiro128, biology: Biology, identity: Identity, activity: Activity): void {
  drawScores(random, biology, identity, activity.scores);
  const cofactor = activity.scores[programIndex(biology, 'cofactor')];
  const buffer = activity.scores[programIndex(biology, 'buffer')];
  const { message, logDose, response } = activity;
  biology.regulators.forEach((regulator, r) => {
    let weight = 0;
    for (const place of regulator.places) weight += identity.weights[place];
    weight = Math.min(1, weight);
    const own = Math.sqrt(Math.max(0, 1 - regulator.cofactor ** 2 - regulator.buffer ** 2));
    const deviation =
      regulator.spread * (regulator.cofactor * cofactor + regulator.buffer * buffer + own * random.normal());
    message[r] = weight * regulator.level + deviation;
    logDose[r] = (1 - weight) * SILENT + regulator.coupling * deviation;
    response[r] = hill(logDose[r], regulator.n, regulator.logHalf);
  });
  openAntigens(random, biology.antigens, response[biology.aire], activity.antigens, activity.antigenShifts);
}

function drawScores(random: Xoshiro128, biology: Biology, identity: Identity, scores: Float64Array): void {
  biology.programs.forEach((program, p) => {
    scores[p] = program.spread ? program.spread * random.normal() : 0;
  });
  if (identity.phase !== 'G1') {
    scores[programIndex(biology, identity.phase === 'S' ? 's phase' : 'g2m phase')] = identity.cycling;
  }
}

function programIndex(biology: Biology, name: string): number {
  return biology.programs.findIndex((program) => program.name === name);
}
