import { z } from 'zod';

/** What a training run needs, under Hugging Face's names; given to the model package as it is. */
export const trainingParams = z.strictObject({
  numTrainEpochs: z.number().positive(),
  learningRate: z.number().positive(),
  lrSchedulerType: z.enum(['linear', 'cosine', 'constant', 'polynomial']),
  warmupRatio: z.number().min(0).max(1),
  /** When above 0 it decides instead of `warmupRatio`. */
  warmupSteps: z.int().min(0).default(0),
  weightDecay: z.number().min(0),
  maxGradNorm: z.number().positive(),
  /** Tokens in a batch, padding included; 0: `perDeviceTrainBatchSize` cells. */
  tokensPerBatch: z.int().min(0),
  perDeviceTrainBatchSize: z.int().positive().default(12),
  seed: z.int().min(0),
});
export type TrainingParams = z.infer<typeof trainingParams>;
