/** Returns the embedded profile of the cell experiment with every stage and every output, on few cells and for seconds. */
export function smallProfile(embedded) {
  const { 'logistic-regression': logistic, majority } = embedded.baselines;
  return {
    ...embedded,
    data: { kind: 'simulated-thymus', preset: 'small', seed: 11, cells: 200, corpus: { seed: 12, cells: 200 } },
    protocol: { ...embedded.protocol, folds: 2, groupBy: null },
    tokenize: { ...embedded.tokenize, maxLength: 32 },
    contrast: { ...embedded.contrast, maxSteps: 2, perDeviceTrainBatchSize: 8, maxLength: 16 },
    labelCurve: { ...embedded.labelCurve, labels: [10], draws: 2 },
    // The first update has a learning rate of zero, because of the warm-up.
    finetune: { ...embedded.finetune, numTrainEpochs: 3 },
    baselines: { 'logistic-regression': { ...logistic, tuning: null }, majority },
    evaluate: { ...embedded.evaluate, resamples: 100 },
    figures: { scale: 1 },
  };
}
