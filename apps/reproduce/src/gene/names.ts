/** What predictions with part of the labels hidden are filed under: `geneformer@0.25`, and `geneformer` where none is hidden. */
export function seriesName(model: string, share: number): string {
  return share === 1 ? model : `${model}@${share}`;
}

export function parseSeriesName(name: string): { model: string; share: number } {
  const [model = '', share = '1'] = name.split('@');
  return { model, share: Number(share) };
}
