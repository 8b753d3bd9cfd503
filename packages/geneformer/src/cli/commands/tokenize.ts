import { AnnData } from '@geneformer-ts/io/anndata';
import { writeFileAtomic } from '@geneformer-ts/core/node';
import { Geneformer } from '../../geneformer.js';
import type { Shard } from '../../shards/row-run.js';
import { type CommandSpec, textOf } from '../command.js';
import { countOptions, countsOf, DEFAULT_MODEL, modelOption, names, openingOf } from '../option-values.js';
import { checkOutput } from '../output-file.js';
import { partsFolder, recorded, shardOption, shardResult } from '../sharded-call.js';
import { countsFacts } from '../show-counts.js';
import { count, facts, page, percent, quotedPath } from '../text.js';

export const tokenize: CommandSpec = {
  name: 'tokenize',
  args: '<file>',
  summary: 'Write the tokens of cells as a Hugging Face dataset, with a report on its genes.',
  examples: ['tokenize cells.h5ad -o cells.dataset --columns cell_type,donor_id'],
  options: [
    { flags: '-o, --out <folder>', text: 'folder to write', required: true },
    modelOption,
    { flags: '--columns <names>', text: 'obs columns to copy, or "all"', read: names },
    shardOption,
    ...countOptions,
  ],
  stopped: 'stopped; nothing was written, except complete parts with --shard',
  estimate: {},
  async run({ onProgress, signal }, [file], options) {
    const out = textOf(options, 'out') as string;
    await checkOutput(out, 'dataset', file);
    await using cells = await AnnData.open(file, openingOf(options));
    await using model = await Geneformer.fromPretrained(textOf(options, 'model') ?? DEFAULT_MODEL, {
      onProgress,
      signal,
    });
    const columns = (options['columns'] as string[] | undefined) ?? [];
    const attributes = columns.join() === 'all' ? 'all' : columns;
    const reading = { ...countsOf(options), attributes, onProgress, signal } as const;
    const folder = partsFolder(out);
    const shard = options['shard'] as Shard | undefined;
    if (shard) {
      const compute = () => model.tokenizeShard(cells, folder, { ...reading, shard });
      return shardResult(folder, await recorded(folder, { command: 'tokenize', file, options }, compute));
    }
    const parts = options['merge'] === true ? { parts: folder } : {};
    const result = await model.tokenize(cells, out, { ...reading, ...parts });
    const { report, cells: written, tokens, maxLength } = result;
    await writeFileAtomic(`${out.replace(/[\\/]+$/, '')}.report.json`, `${JSON.stringify(report, null, 2)}\n`);
    const text = facts([
      ['cells', `${count(written)} of ${count(report.cells.total)}`],
      ['tokens', `${count(tokens)}, ${count(tokens / written)} per cell, at most ${count(maxLength)}`],
      ['truncated', percent(report.truncatedShare)],
      ...countsFacts(report, model.name),
    ]);
    const next = { command: `embed ${quotedPath(file)} -o embedded.h5ad`, note: 'tokenizes the file by itself' };
    return { json: { out, ...result }, text: page(out, text), next: [next] };
  },
};
