import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const guard = fileURLToPath(new URL('./end-with-launcher.mjs', import.meta.url));
let folder;
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'launcher-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name) => path.join(folder, name);

/** Starts npx.js → sh → nx.js → sh → task.mjs, and waits until all of them run. Returns their pids. */
async function startRun(task) {
  const starts = (command, name) =>
    `require('fs').writeFileSync(${JSON.stringify(at(name))}, String(process.pid));
     const child = require('child_process').spawn(${JSON.stringify(command)}, { shell: true, stdio: 'ignore' });
     child.on('exit', () => process.exit());`;
  const node = JSON.stringify(process.execPath);
  writeFileSync(
    at('task.mjs'),
    `import { writeFileSync } from 'node:fs';\n${task}\nwriteFileSync(${JSON.stringify(at('task'))}, String(process.pid));`,
  );
  writeFileSync(at('nx.js'), starts(`${node} --import ${pathToFileURL(guard)} ${at('task.mjs')}; true`, 'nx'));
  writeFileSync(at('npx.js'), starts(`${node} ${at('nx.js')}; true`, 'npx'));
  const outermost = spawn(process.execPath, [at('npx.js')], { stdio: 'ignore', detached: true });
  while (!existsSync(at('task')) || !readFileSync(at('task'), 'utf8')) await sleep(50);
  await sleep(300);
  const [nx, last] = ['nx', 'task'].map((name) => Number(readFileSync(at(name), 'utf8')));
  return { npx: outermost.pid, nx, task: last };
}

function isAlive(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;
onLinux('a task', () => {
  test.each([
    ['npx', 'SIGKILL'],
    ['npx', 'SIGTERM'],
    ['nx', 'SIGKILL'],
  ])(
    'ends within five seconds of its %s, ended by %s',
    async (which, signal) => {
      const run = await startRun('setInterval(() => {}, 1000);');
      expect(isAlive(run.task)).toBe(true);
      process.kill(run[which], signal);
      await sleep(5000);
      expect(isAlive(run.task)).toBe(false);
      if (isAlive(run.nx)) process.kill(run.nx); // a stand-in without the plugin, which ends the real one
    },
    30_000,
  );

  test('that does not listen ends all the same', async () => {
    const busy = `process.on('SIGTERM', () => {}); setTimeout(() => { for (;;); }, 100);`;
    const run = await startRun(busy);
    process.kill(run.npx, 'SIGKILL');
    await sleep(5000);
    expect(isAlive(run.task)).toBe(false);
    if (isAlive(run.nx)) process.kill(run.nx);
  }, 30_000);

  test('is given time to save', async () => {
    const saving = `process.on('SIGTERM', () => setTimeout(() => { writeFileSync(${JSON.stringify(at('saved'))}, ''); process.exit(143); }, 1500)); setInterval(() => {}, 1000);`;
    const run = await startRun(saving);
    process.kill(run.npx, 'SIGKILL');
    await sleep(5000);
    expect(existsSync(at('saved'))).toBe(true);
    if (isAlive(run.nx)) process.kill(run.nx);
  }, 30_000);

  test('of a run whose own parent ended, as under nohup or setsid, goes on', async () => {
    writeFileSync(
      at('once.mjs'),
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(at('pid'))}, String(process.pid)); setTimeout(() => {}, 20_000);`,
    );
    const script = `nohup "${process.execPath}" --import "${pathToFileURL(guard)}" "${at('once.mjs')}" >/dev/null 2>&1 & sleep 1`;
    const env = { ...process.env, NX_TASK_HASH: undefined, GENEFORMER_WITHIN_TASK: undefined };
    const outer = spawn('bash', ['-c', script], { stdio: 'ignore', env });
    await new Promise((resolve) => outer.once('exit', resolve));
    await sleep(3000);
    const pid = Number(readFileSync(at('pid'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    process.kill(pid, 'SIGKILL');
  }, 30_000);

  test('may start processes with its own options, which end with it', async () => {
    const inner = `setInterval(() => {}, 1000); require('fs').writeFileSync(${JSON.stringify(at('inner'))}, String(process.pid));`;
    writeFileSync(at('inner.cjs'), inner);
    const run = await startRun(
      `import { fork } from 'node:child_process'; process.env.NX_TASK_HASH = '1'; fork(${JSON.stringify(at('inner.cjs'))}, { stdio: 'ignore', detached: true }).disconnect(); setInterval(() => {}, 1000);`,
    );
    await sleep(2000);
    const pid = Number(readFileSync(at('inner'), 'utf8'));
    expect(isAlive(pid)).toBe(true);
    process.kill(run.task, 'SIGKILL');
    await sleep(5000);
    expect(isAlive(pid)).toBe(false);
    for (const left of [run.nx, run.npx]) if (isAlive(left)) process.kill(left);
  }, 30_000);
});
