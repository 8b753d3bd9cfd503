/** Returns the name of the predictions of a model with a share of the labels: `geneformer@0.25`, or `geneformer` with all labels. */
export function seriesName(model: string, share: number): string {
  return share === 1 ? model : `${model}@${share}`;
}

export function parseSeriesName(name: string): { model: string; share: number } {
  const [model = '', share = '1'] = name.split('@');
  return { model, share: Number(share) };
}
