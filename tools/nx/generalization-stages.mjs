/**
 * The stages of a generalization experiment: a grid of models, parts of the labels and contexts, every cell of it a task. Models are
 * trained before any context is looked at, so that another context adds tasks and trains nothing.
 * @param {(words: string[], after: string[]) => string} add makes a target and returns its name
 * @returns {[evaluate: string, figures: string]} the stages that a result is made of
 */
export function planGeneralization(settings, add) {
  const { contexts = {}, encodings = {}, learn = {}, baselines = {}, labelBudgets = {} } = settings ?? {};
  const data = add(['data'], []);
  const split = add(['context-split'], [data]);
  const vocabulary = add(['vocabulary'], [data]);
  const tested = ['seen', settings?.protocol?.shift?.context ?? 'shifted', ...Object.keys(contexts)];
  const shifted = new Map(Object.keys(contexts).map((context) => [context, add(['shift', context], [data, split])]));

  const encoded = new Map();
  const pretrained = new Map();
  for (const encoding of Object.keys(encodings)) {
    const cells = add(['encode', encoding], [data, vocabulary]);
    pretrained.set(encoding, add(['pretrain', encoding], [cells]));
    // Undisturbed cells are tokenized with all others.
    const inContext = tested.map((context) => {
      const from = shifted.get(context);
      return [context, from ? [cells, add(['encode', encoding, context], [vocabulary, from])] : [cells]];
    });
    encoded.set(encoding, { cells, inContext: new Map(inContext) });
  }

  const grid = gridOf(labelBudgets, tested);
  const predictions = [];
  for (const [encoding, { cells, inContext }] of encoded) {
    for (const [start, { init } = {}] of Object.entries(learn.initializations ?? {})) {
      const model = `${encoding}-${start}`;
      const from = init === 'pretrained' ? [pretrained.get(encoding)] : [];
      for (const [percent, inContexts] of grid(model)) {
        const folds = Array.from({ length: settings?.protocol?.folds ?? 0 }, (_, fold) =>
          add(['learn', model, String(percent), String(fold)], [split, cells, ...from]),
        );
        for (const context of inContexts) {
          const tokens = inContext.get(context).at(-1);
          predictions.push(add(['score', model, String(percent), context], [split, tokens, ...folds]));
        }
      }
    }
  }
  for (const [model, { features } = {}] of Object.entries(baselines)) {
    for (const [percent, inContexts] of grid(model)) {
      for (const context of inContexts) {
        const counts = [data, ...(shifted.has(context) ? [shifted.get(context)] : [])];
        const read = encoded.get(features?.encoding)?.inContext.get(context) ?? counts;
        predictions.push(add(['classical', model, String(percent), context], [split, ...read]));
      }
    }
  }
  const evaluate = add(['transfer-evaluate'], [data, split, ...predictions]);
  const figures = add(['transfer-figures'], [data, split, vocabulary, ...pretrained.values(), evaluate]);
  return [evaluate, figures];
}

/** Parts of the labels of a model, each with the contexts that it is tested in: all of them with all labels. */
function gridOf({ percents = [], models = [], contexts = [] }, tested) {
  return (model) => [
    ...(models.includes(model)
      ? percents.map((percent) => [percent, contexts.filter((one) => tested.includes(one))])
      : []),
    [100, tested],
  ];
}
