import { AnnData } from '@geneformer-ts/io/anndata';
import { pretrainModel } from '../../pretrained/pretrain-model.js';
import { duration } from '../../progress/progress-line.js';
import { type CommandSpec, numberOf, textOf } from '../command.js';
import { positive, wholeNumber } from '../option-values.js';
import { checkOutput } from '../output-file.js';
import { count, decimal, facts, page, quotedPath } from '../text.js';

export const pretrain: CommandSpec = {
  name: 'pretrain',
  args: '<files...>',
  summary: 'Pretrain a model from scratch on raw counts, with a vocabulary and medians of these cells.',
  examples: ['pretrain corpus/*.h5ad -o my-model --preset embedded'],
  options: [
    { flags: '-o, --out <folder>', text: 'folder to write', required: true },
    { flags: '--preset <name>', text: 'embedded (default), tiny, or a published shape such as geneformer-v1-10m' },
    {
      flags: '--max-length <genes>',
      text: 'most genes per cell (default: positions of the model)',
      read: wholeNumber(8),
    },
    { flags: '--epochs <number>', text: 'passes over the cells (default: 3)', read: positive },
    { flags: '--learning-rate <number>', text: 'peak learning rate', read: positive },
    { flags: '--min-cells <number>', text: 'least cells that express a gene (default: 3)', read: wholeNumber(1) },
    { flags: '--resume <folder>', text: 'keep checkpoints there, and resume from them' },
    { flags: '--seed <number>', text: 'seed (default: 0)', read: wholeNumber() },
  ],
  estimate: { least: 64 },
  async run({ onProgress, signal }, files, options) {
    const out = textOf(options, 'out') as string;
    await checkOutput(out, 'folder', ...files);
    const preset = textOf(options, 'preset');
    const resume = textOf(options, 'resume');
    const numbers = ['maxLength', 'epochs', 'learningRate', 'minCells', 'seed'].flatMap((name) => {
      const value = numberOf(options, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const sources: AnnData[] = [];
    try {
      for (const file of files) sources.push(await AnnData.open(file));
      const report = await pretrainModel(sources, out, {
        ...(preset !== undefined && { preset }),
        ...(resume !== undefined && { checkpointDir: resume }),
        ...Object.fromEntries(numbers),
        onProgress,
        signal,
      });
      const text = facts([
        ['cells', `${count(report.cells)}, ${count(report.genes)} genes`],
        ['weights', count(report.parameters)],
        [
          'loss',
          `${decimal(report.heldOutLoss)} nats at masked genes of held-out cells (uniform: ${decimal(Math.log(report.genes))})`,
        ],
        ['time', `${duration(report.seconds)}, ${count(report.steps)} steps`],
      ]);
      const train = `train LABELED.h5ad --label COLUMN --model ${quotedPath(out)} -o classifier`;
      return { json: { out, ...report }, text: page(out, text), next: [{ command: train }] };
    } finally {
      for (const source of sources) await source.close();
    }
  },
};
