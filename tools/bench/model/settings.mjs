/**
 * Settings of both sides. Batches are of similar length on both, ours of the package's own size; the peer embeds the published number of cells
 * per batch. Fine-tuning is the published one: 12 cells per batch, 2 frozen layers.
 */
export const settings = {
  embed: { peerBatchCells: 32 },
  finetune: { batchCells: 12, freezeLayers: 2, learningRate: 5e-5, weightDecay: 0.001, maxGradNorm: 1 },
};

/**
 * The measured work: PBMC3k's cells, made-up cells of 1,000 to 2,048 tokens, the lengths of most cells of newer protocols, and made-up cells of
 * one length. `precision` is ours; the peers have their own.
 */
export const rows = [
  { name: 'embed-pbmc3k', work: 'embed', cells: 'pbmc3k', count: 'embed' },
  { name: 'embed-pbmc3k-int8', work: 'embed', cells: 'pbmc3k', count: 'embed', precision: 'int8' },
  { name: 'embed-long', work: 'embed', cells: 'long', count: 'long' },
  { name: 'embed-long-int8', work: 'embed', cells: 'long', count: 'long', precision: 'int8' },
  { name: 'embed-512-int8', work: 'embed', cells: 'of 512', count: 'equal', precision: 'int8' },
  { name: 'embed-2048-int8', work: 'embed', cells: 'of 2048', count: 'equal', precision: 'int8' },
  { name: 'finetune-epoch-pbmc3k', work: 'finetune', cells: 'pbmc3k', count: 'finetune' },
];
