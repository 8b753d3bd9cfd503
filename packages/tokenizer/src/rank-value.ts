/** Counts are brought to this many a cell. It does not change the order; the published `counts` column has this scale. */
export const TARGET_SUM = 10_000;
