import { servePage } from '@geneformer-ts/page';
import { InvalidArgumentError } from 'commander';
import { openBrowser } from '../open-browser.js';
import { type CommandSpec, numberOf } from '../command.js';
import { facts } from '../text.js';

export const explore: CommandSpec = {
  name: 'explore',
  args: '[file]',
  summary: 'Open the page in a browser of this computer: maps, labels and perturbation by hand. Nothing is uploaded.',
  examples: ['explore cells.h5ad', 'explore --no-open --port 8080'],
  options: [
    { flags: '--port <number>', text: 'port on this computer (default: a free one)', read: portOf },
    { flags: '--no-open', text: 'print the address, and open no browser' },
  ],
  stopped: 'stopped',
  async run({ signal, note }, [file], options) {
    const port = numberOf(options, 'port');
    const served = await servePage({
      ...(file !== undefined && { file }),
      ...(port !== undefined && { port }),
    });
    try {
      note(`The page is at ${served.url}`);
      note('It can be opened on this computer only. Ctrl-C stops it.');
      if (options['open'] !== false && !(await openBrowser(served.url)))
        note('No browser was found; open the address.');
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
    } finally {
      await served.close();
    }
    return { json: { url: served.url }, text: facts([['served until now', served.url]]) };
  },
};

function portOf(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('Use a whole number from 1 to 65535.');
}
