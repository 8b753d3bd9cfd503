import { FormatError } from '@geneformer-ts/core';
import { type CommandSpec, textOf } from '../command.js';
import { checkedOptions, readCall } from '../sharded-call.js';
import { annotate } from './annotate.js';
import { embed } from './embed.js';
import { perturb } from './perturb.js';
import { tokenize } from './tokenize.js';

/** Commands whose shares can be joined. */
const joinable: readonly CommandSpec[] = [tokenize, embed, annotate, perturb];

export const merge: CommandSpec = {
  name: 'merge',
  args: '<folder>',
  summary: 'Join the shares of a command that ran with --shard, after checking that all are there and of one run.',
  examples: ['merge embedded.h5ad.parts', 'merge deleted --file /scratch/cells.h5ad'],
  options: [
    { flags: '--file <path>', text: 'the file with cells, if it is elsewhere now' },
    { flags: '-m, --model <name>', text: 'the model, if it is elsewhere now' },
  ],
  async run(context, [given], options) {
    const folder = given.replace(/[\\/]+$/, '');
    const call = await readCall(folder);
    const spec = joinable.find(({ name }) => name === call.command);
    if (!spec) {
      const remedy = `only ${joinable.map(({ name }) => name).join(', ')} have shares`;
      throw new FormatError(`${folder}/call.json`, 'command', `'${call.command}' has no shares`, remedy);
    }
    // The output of embed, annotate and tokenize is beside the folder of its parts; that of perturb is the folder.
    const out = spec === perturb ? folder : folder.replace(/\.parts$/, '');
    if (spec !== perturb && out === folder) {
      throw new FormatError(
        folder,
        'name',
        'does not end in .parts',
        'give the folder the name of the output and .parts',
      );
    }
    const model = textOf(options, 'model');
    const stored = checkedOptions(folder, spec, call);
    const file = textOf(options, 'file') ?? call.file;
    return spec.run(context, [file], { ...stored, ...(model !== undefined && { model }), out, merge: true });
  },
};
