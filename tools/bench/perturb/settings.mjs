/**
 * The measured work: some deletions of one cell, by its number of genes. Both sides compute the shift of the cell vector. The first rows also ask
 * for the shift of every remaining gene, as upstream always computes; the others ask only for cell vectors.
 */
export const rows = [
  { name: 'genes-500', genes: 500, deletions: 32, each: true },
  { name: 'genes-2000', genes: 2000, deletions: 8, each: true },
  { name: 'cell-500', genes: 500, deletions: 32, each: false },
  { name: 'cell-2000', genes: 2000, deletions: 8, each: false },
];

/** Attention and sequences per batch of the peer; the fastest counts. */
export const peers = ['eager', 'sdpa'];
export const peerBatches = { 500: [8, 32], 2000: [2, 8] };

/** Weights are wider than at the start of training, so that deletions have effects to compare. */
export const INITIALIZER_RANGE = 0.1;
