import type { BlockFacts, BlockWork } from './block-work.js';
import { EncodeWork, type EncodePlan } from '../encode/block-encoder.js';
import { MedianWork, type MedianPlan } from '../vocabulary/median-work.js';

/** Everything a thread needs to know about its work; can be sent by message. */
export type WorkPlan = ({ kind: 'encode' } & EncodePlan) | ({ kind: 'medians' } & MedianPlan);

/** Returns the work that a plan describes. */
export function startWork(plan: WorkPlan): BlockWork<BlockFacts, unknown> {
  return plan.kind === 'encode' ? new EncodeWork(plan) : new MedianWork(plan);
}
