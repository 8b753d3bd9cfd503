/**
 * First label after the seed of each random stream, so that a change in one part of the model does not change the draws
 * of the others.
 */
export const streams = {
  abundance: 1,
  types: 2,
  lineage: 3,
  regulators: 4,
  programs: 5,
  antigens: 6,
  dispersion: 7,
  donor: 101,
  library: 102,
  plan: 103,
  cell: 104,
  counts: 105,
} as const;
