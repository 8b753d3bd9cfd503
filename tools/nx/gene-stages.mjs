/**
 * The stages of a gene experiment: cells as everywhere, then folds over genes.
 * @param {(words: string[], after: string[]) => string} add makes a target and returns its name
 * @param {(settings: object, add: Function, after: string[]) => string[]} pretrainedStage where the pretrained model comes from
 * @returns {[evaluate: string, figures: string]} the stages that a result is made of
 */
export function planGenes(settings, add, pretrainedStage) {
  const folds = Array.from({ length: settings?.protocol?.folds ?? 0 }, (_, fold) => fold);
  const data = add(['data'], []);
  const tokenize = add(['tokenize'], [data]);
  const pretrain = pretrainedStage(settings, add, [data, tokenize]);
  const split = add(['gene-split'], [data, tokenize]);
  const features = add(['gene-features'], [data, tokenize, split]);
  const predictions = [];
  for (const [model, { init } = {}] of Object.entries(settings?.finetune?.models ?? {})) {
    // A model with random weights may take its shape from the pretrained one.
    const start = init === 'pretrained' || (init === 'random' && !settings.model) ? pretrain : [];
    for (const fold of folds) {
      predictions.push(add(['gene-finetune', model, String(fold)], [tokenize, split, ...start]));
    }
  }
  for (const model of Object.keys(settings?.baselines ?? {})) {
    predictions.push(add(['gene-baseline', model], [split, features]));
  }
  const firstFolds = predictions.filter((name) => name.startsWith('gene-finetune:') && name.endsWith(':0'));
  const evaluate = add(['gene-evaluate'], [data, split, ...predictions]);
  const figures = add(['gene-figures'], [data, tokenize, ...pretrain, split, ...firstFolds, evaluate]);
  return [evaluate, figures];
}
