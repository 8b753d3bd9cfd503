import { locateModel } from '../../pretrained/locate.js';
import { vocabularyOf } from '../../pretrained/model-vocabulary.js';
import type { CommandSpec } from '../command.js';
import { count, facts, page } from '../text.js';

export const fetchModel: CommandSpec = {
  name: 'fetch',
  args: '<model>',
  summary: 'Download a model and its vocabulary, and verify both. An interrupted download resumes.',
  examples: ['fetch V1-10M'],
  options: [],
  async run({ onProgress, signal }, [model]) {
    const folder = await locateModel(model, { onProgress, signal });
    const vocabulary = await vocabularyOf(model, { onProgress, signal });
    return {
      json: { model, folder, vocabulary: vocabulary.version, genes: vocabulary.idOf.size },
      text: page(
        model,
        facts([
          ['folder', folder],
          ['vocabulary', `${vocabulary.version}, ${count(vocabulary.idOf.size)} genes`],
        ]),
      ),
      next: [{ command: `embed CELLS.h5ad --model ${model} -o embedded.h5ad` }],
    };
  },
};
