/**
 * Pretrains, embeds, trains and annotates in a loop, in one process, and records its memory after each round. After each round an embedding of the
 * command line is killed at a random time and repeated. Every round must give the same bytes.
 *
 *     npx nx run soak:loop --minutes 120 --output soak.jsonl
 */
import { writeThymus } from '@geneformer-ts/simulate';
import { fork, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { summary } from './summary.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '120' },
    rounds: { type: 'string', default: 'Infinity' },
    output: { type: 'string', default: 'soak.jsonl' },
  },
});
const [minutes, most] = ['minutes', 'rounds'].map((name) => {
  if (Number(values[name]) > 0) return Number(values[name]);
  console.error(`--${name}: ${values[name]} is not valid; use a number above 0`);
  process.exit(1);
});
const folder = mkdtempSync(path.join(tmpdir(), 'geneformer-soak-'));
const at = (name) => path.join(folder, name);
const program = fileURLToPath(new URL('node_modules/geneformer/bin/geneformer.mjs', import.meta.url));
const env = { ...process.env, GENEFORMER_THREADS: '1' };

try {
  await writeThymus(at('corpus.h5ad'), { seed: 1, preset: 'small' });
  await writeThymus(at('cells.h5ad'), { seed: 2, preset: 'small' });
  process.exitCode = (await soak()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function soak() {
  const rounds = [];
  writeFileSync(values.output, '');
  const child = fork(fileURLToPath(new URL('rounds.mjs', import.meta.url)), [at('corpus.h5ad'), at('cells.h5ad')], {
    env,
    execArgv: ['--expose-gc'],
  });
  const isEnded = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`round ${rounds.length + 1}: the process ended with ${signal ?? `code ${code}`}`);
  });
  await Promise.race([once(child, 'message'), isEnded]);
  const started = performance.now();
  while (rounds.length < most && performance.now() - started < minutes * 60_000) {
    child.send({ folder });
    const [answer] = await Promise.race([once(child, 'message'), isEnded]);
    const killed = await killedEmbedding();
    const round = { round: rounds.length + 1, minutes: (performance.now() - started) / 60_000, ...answer, ...killed };
    rounds.push(round);
    appendFileSync(values.output, JSON.stringify(round) + '\n');
  }
  isEnded.catch(() => {});
  child.disconnect();
  const { text, passed } = summary(rounds);
  console.log(text);
  return passed;
}

/** Starts an embedding, kills it at a random time, and repeats it. A file that the killed process left must equal that of the repetition. */
async function killedEmbedding() {
  rmSync(at('embedded.npz'), { force: true });
  const first = embed();
  const ended = once(first, 'exit');
  await Promise.race([ended, sleep(200 + Math.random() * 3000)]);
  first.kill('SIGKILL');
  const [, signal] = await ended;
  const left = existsSync(at('embedded.npz')) ? digest(at('embedded.npz')) : undefined;
  rmSync(at('embedded.npz'), { force: true });
  const [code] = await once(embed(), 'exit');
  const file = code === 0 ? digest(at('embedded.npz')) : undefined;
  return { killed: signal === 'SIGKILL', isPartial: left !== undefined && left !== file, code, file };
}

function digest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
}

function embed() {
  const words = ['embed', at('cells.h5ad'), '-o', at('embedded.npz'), '--model', at('model'), '--quiet'];
  return spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
