/**
 * Settings of both sides. Batches are of similar length on both, ours of the package's own size; the peer embeds the published number of cells
 * per batch. Fine-tuning is the published one: 12 cells per batch, 2 frozen layers.
 */
export const settings = {
  embed: { peerBatchCells: 32 },
  finetune: { batchCells: 12, freezeLayers: 2, learningRate: 5e-5, weightDecay: 0.001, maxGradNorm: 1 },
};

/** The measured work: PBMC3k's cells, or made-up cells of 1,000 to 2,048 tokens, the lengths of most cells of newer protocols. */
export const rows = [
  { name: 'embed-pbmc3k', work: 'embed', cells: 'pbmc3k', count: 'embed' },
  { name: 'embed-long', work: 'embed', cells: 'long', count: 'long' },
  { name: 'finetune-epoch-pbmc3k', work: 'finetune', cells: 'pbmc3k', count: 'finetune' },
];
