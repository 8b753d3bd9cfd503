/** Shapes of the learning rate over a run, with the names and formulas of Hugging Face. */
export type SchedulerType = 'linear' | 'cosine' | 'constant' | 'constant_with_warmup' | 'polynomial';

/** All values of `SchedulerType`. */
export const schedulerTypes: readonly SchedulerType[] = [
  'linear',
  'cosine',
  'constant',
  'constant_with_warmup',
  'polynomial',
];

/**
 * Returns the learning rate of update `step`, counted from 0.
 *
 * All shapes except `constant` rise linearly from 0 over `warmupSteps`. Then `linear` decreases to 0 at `totalSteps`, `cosine` along
 * half a cosine wave, `polynomial` (power 1) to 1e-7, and the constant shapes stay. Source: `transformers.optimization`.
 */
export function learningRateAt(
  type: SchedulerType,
  step: number,
  { peak, warmupSteps, totalSteps }: { peak: number; warmupSteps: number; totalSteps: number },
): number {
  if (type === 'constant') return peak;
  if (step < warmupSteps) return (peak * step) / Math.max(1, warmupSteps);
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  switch (type) {
    case 'linear':
      return peak * (1 - progress);
    case 'cosine':
      return (peak * (1 + Math.cos(Math.PI * progress))) / 2;
    case 'polynomial':
      return (peak - 1e-7) * (1 - progress) + 1e-7;
    case 'constant_with_warmup':
      return peak;
  }
}
