import type { BlockFacts, BlockWork } from './block-work.js';
import { EncodeWork, type EncodePlan } from './encode/block-encoder.js';
import { MedianWork, type MedianPlan } from './vocabulary/median-work.js';

/** What a thread needs to know to do its part; can be sent to it. */
export type WorkPlan = ({ kind: 'encode' } & EncodePlan) | ({ kind: 'medians' } & MedianPlan);

export function startWork(plan: WorkPlan): BlockWork<BlockFacts, unknown> {
  return plan.kind === 'encode' ? new EncodeWork(plan) : new MedianWork(plan);
}
