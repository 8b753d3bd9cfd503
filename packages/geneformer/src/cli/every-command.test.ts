import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { commands } from './commands/index.js';
import { runProgram } from './program.js';
import { runCli } from '../testing/run-cli.js';
import { tinyWorld, type TinyWorld, trainTiny } from '../testing/tiny-model.js';

let world: TinyWorld;
let broken: string;
beforeAll(async () => {
  world = await tinyWorld();
  await trainTiny(world, '--quiet', '--no-baseline');
  await runCli('embed', world.cells, '-m', world.model, '-o', world.path('shared.h5ad'), '--shard', '0/1');
  broken = world.path('broken.h5ad');
  writeFileSync(broken, 'this is not HDF5');
});
afterAll(() => world.remove());

/** A call of a command that succeeds, for a file of cells; with its output, if it has one. */
interface Call {
  argv: (file: string) => string[];
  out?: string;
  /** Whether it reads the file, so that a broken one is a failure. */
  readsFile?: boolean;
}

const model = (): string[] => ['-m', world.model];
const labels = ['-l', 'cell_type'];
const calls: Record<string, Call> = {
  inspect: { argv: (file) => [file, ...model()] },
  models: { argv: () => [], readsFile: false },
  fetch: { argv: () => ['mini'], readsFile: false },
  tokenize: { argv: (file) => [file, ...model()], out: 'cells.dataset' },
  embed: { argv: (file) => [file, ...model()], out: 'embedded.h5ad' },
  train: { argv: (file) => [file, ...labels, ...model()], out: 'trained' },
  annotate: { argv: (file) => [file, '-m', world.path('classifier')], out: 'annotated.zarr' },
  map: { argv: (file) => [file, '-r', file, ...labels, ...model()], out: 'mapped.h5ad' },
  umap: { argv: (file) => [file, '-c', 'cell_type', ...model()], out: 'cells.svg' },
  genes: { argv: (file) => [file, ...model()], out: 'genes.csv' },
  perturb: { argv: (file) => [file, ...model(), '--max-cells', '3'], out: 'perturbed' },
  merge: { argv: () => [world.path('shared.h5ad.parts')], readsFile: false },
  evaluate: { argv: (file) => [file, '-l', 'is_tec', '-b', 'donor_id', ...model()] },
  pretrain: { argv: (file) => [file, '--preset', 'tiny', '--epochs', '1'], out: 'pretrained' },
  report: { argv: (file) => [file], out: 'report.html' },
};

/** Returns the arguments of a call that writes to `prefix` and its output. */
function argvOf(name: string, prefix: string, file = world.cells): { argv: string[]; out: string | undefined } {
  const { argv, out } = calls[name];
  const path = out && world.path(`${prefix}-${out}`);
  return { argv: [name, ...argv(file), ...(path ? ['-o', path] : [])], out: path };
}

/** Runs a command that is stopped as soon as it reports one of `steps` steps more than before. */
async function runStopped(argv: string[], steps: number): Promise<{ code: number; out: string; err: string }> {
  const stop = new AbortController();
  const text = { out: '', err: '' };
  const seen = new Set<string>();
  const write = (chunk: string): void => {
    if (!chunk.startsWith('\r')) text.err += chunk;
    else seen.add(chunk.slice(0, 18));
    if (seen.size > steps) stop.abort();
  };
  if (steps === 0) stop.abort();
  const streams = { out: { write: (chunk: string) => (text.out += chunk) }, err: { isTTY: true, write } };
  const code = await runProgram(argv, streams, { version: '0.0.0', signal: stop.signal });
  return { code, ...text };
}

test('every command is tested here', () => {
  // explore ends when it is stopped, and has a test of its own.
  const names = commands.map(({ name }) => name).filter((name) => name !== 'explore');
  expect(Object.keys(calls).sort()).toEqual(names.sort());
});

test('commands that are printed begin as the program was called', async () => {
  let text = '';
  const streams = { out: { write: (chunk: string) => (text += chunk) }, err: { write: () => undefined } };
  const options = { version: '0.0.0', signal: new AbortController().signal, name: 'npx geneformer' };
  for (const argv of [['models'], ['models', '--help'], ['--help']]) await runProgram(argv, streams, options);
  expect(text.match(/npx geneformer (fetch V1-10M|models|inspect cells.h5ad)/g)).toHaveLength(3);
});

describe.each(Object.keys(calls))('%s', (name) => {
  test('prints a text, or JSON alone with --json, or nothing with --quiet, and ends with 0', async () => {
    const { argv, out } = argvOf(name, 'plain');
    const plain = await runCli(...argv);
    expect(plain).toMatchObject({ code: 0 });
    expect(plain.out).toMatch(/\S.*\n$/s);
    if (out !== undefined) expect(existsSync(out)).toBe(true);
    const json = await runCli(...argvOf(name, 'json').argv, '--json');
    expect(json).toMatchObject({ code: 0, err: expect.stringMatching(/^(note: [^\n]*\n)*$/) });
    expect(JSON.parse(json.out)).toEqual(expect.any(Object));
    expect(await runCli(...argvOf(name, 'quiet').argv, '--quiet')).toEqual({ code: 0, out: '', err: '' });
  });

  test('ends with 2 for a call that is not valid, and says why', async () => {
    const { argv, out } = argvOf(name, 'usage');
    const { code, out: text, err } = await runCli(...argv, '--no-such-option');
    expect([code, text, err]).toEqual([2, '', expect.stringMatching(/^error: .*--no-such-option/)]);
    if (out !== undefined) expect(existsSync(out)).toBe(false);
  });
});

const readers = Object.keys(calls).filter((name) => calls[name].readsFile !== false);

describe.each(readers)('%s, which reads a file,', (name) => {
  test('ends with 1 and one line for a file that cannot be read', async () => {
    for (const file of [broken, world.path('nowhere.h5ad')]) {
      const { argv, out } = argvOf(name, 'broken', file);
      for (const more of [[], ['--json'], ['--quiet']]) {
        const { code, out: text, err } = await runCli(...argv, ...more);
        expect([code, text]).toEqual([1, '']);
        expect(err).toMatch(/^error: [^\n]*(broken|nowhere)\.h5ad[^\n]*\n$/);
      }
      if (out !== undefined) expect(existsSync(out)).toBe(false);
    }
  });

  test('that is stopped at any step leaves no output and no temporary file', async () => {
    const before = readdirSync(tmpdir());
    for (let steps = 0, isDone = false; !isDone; steps++) {
      const { argv, out } = argvOf(name, 'stopped');
      const { code, out: text, err } = await runStopped(argv, steps);
      isDone = code === 0;
      if (isDone) break;
      expect([code, text, err]).toEqual([1, '', expect.stringMatching(/^(note: [^\n]*\n)*stopped; [^\n]*\n$/)]);
      if (out !== undefined && name !== 'perturb') expect(existsSync(out)).toBe(false);
      expect(readdirSync(tmpdir())).toEqual(before);
      if (steps > 20) throw new Error('never ends');
    }
  });
});
