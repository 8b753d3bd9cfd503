/** Settings of both sides. Batches are of like length on both (ours of the package's own size), and the published fine-tuning is meant (12 cells, 2 layers frozen). */
export const settings = {
  embed: { peerBatchTokens: 8192 },
  finetune: { batchCells: 12, freezeLayers: 2, learningRate: 5e-5, weightDecay: 0.001, maxGradNorm: 1 },
};
