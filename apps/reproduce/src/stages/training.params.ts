import { z } from 'zod';

/** The arguments of a training run, with Hugging Face's names; passed unchanged to the model package. */
export const trainingParams = z.strictObject({
  numTrainEpochs: z.number().positive(),
  learningRate: z.number().positive(),
  lrSchedulerType: z.enum(['linear', 'cosine', 'constant', 'polynomial']),
  warmupRatio: z.number().min(0).max(1),
  /** Replaces `warmupRatio` when above 0. */
  warmupSteps: z.int().min(0).default(0),
  weightDecay: z.number().min(0),
  maxGradNorm: z.number().positive(),
  /** Tokens per batch, padding included; 0: batches have `perDeviceTrainBatchSize` cells. */
  tokensPerBatch: z.int().min(0),
  perDeviceTrainBatchSize: z.int().positive().default(12),
  seed: z.int().min(0),
});
export type TrainingParams = z.infer<typeof trainingParams>;
