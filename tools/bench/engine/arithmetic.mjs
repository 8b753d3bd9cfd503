/** Sizes of Geneformer V1-10M, and how many floating-point operations its matrix products take. */
export const architecture = { vocabulary: 25426, positions: 2048, width: 256, heads: 4, inner: 512, layers: 6 };

/** Share of positions that masked-gene training predicts. */
export const MASKED_SHARE = 0.15;

/** Floating-point operations of one step; a gradient takes twice what its product took. Work that is done twice counts once. */
export function arithmetic(work, batch, length) {
  const { vocabulary, width, inner, layers } = architecture;
  const tokens = batch * length;
  const linear = 2 * tokens * (4 * width * width + 2 * width * inner);
  const attention = 2 * 2 * tokens * length * width;
  const encoder = layers * (linear + attention);
  if (work === 'embed') return encoder;
  const masked = Math.round(tokens * MASKED_SHARE);
  const head = work === 'pretrain' ? 2 * masked * (width * width + width * vocabulary) : 0;
  return 3 * (encoder + head);
}
