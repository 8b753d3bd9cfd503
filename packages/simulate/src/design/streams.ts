/**
 * First label after the seed of each random stream, so that changing one part of the model leaves the draws of the
 * others alone.
 */
export const streams = {
  abundance: 1,
  types: 2,
  lineage: 3,
  regulators: 4,
  programmes: 5,
  antigens: 6,
  dispersion: 7,
  donor: 101,
  library: 102,
  plan: 103,
  cell: 104,
  counts: 105,
} as const;
