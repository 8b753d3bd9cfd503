/** The second name of each random stream of training: what its numbers are for. */
export const purposes = { weights: 1, order: 2, masks: 3, dropout: 4 } as const;
