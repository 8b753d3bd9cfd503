/**
 * The stages of an experiment that pretrains a model for others to start from.
 * @param {(words: string[], after: string[]) => string} add makes a target and returns its name
 * @returns {string[]} the stages that a result is made of
 */
export function planPretraining(_settings, add) {
  const data = add(['data'], []);
  const tokenize = add(['tokenize'], [data]);
  const pretrain = add(['pretrain'], [data, tokenize]);
  return [add(['pretrain-report'], [data, tokenize, pretrain])];
}
