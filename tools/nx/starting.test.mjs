import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux(
  'nx starts no processes for plugins, which would outlive an nx that is killed while it starts',
  async () => {
    const mark = randomUUID();
    // A task's own variables would make nx take itself for part of that task.
    const own = Object.entries(process.env).filter(([name]) => !/^(NX|GENEFORMER|npm)_/.test(name));
    const env = { ...Object.fromEntries(own), NX_DAEMON: 'false', STARTING_MARK: mark };
    const nx = spawn(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'show', 'projects'], {
      cwd: root,
      stdio: 'ignore',
      env,
    });
    const ended = new Promise((resolve) => nx.once('exit', resolve));
    const seen = new Set();
    while (nx.exitCode === null && nx.signalCode === null) {
      for (const command of commandsWith(`STARTING_MARK=${mark}`)) seen.add(command);
      await sleep(50);
    }
    expect(await ended).toBe(0);
    expect([...seen].filter((command) => command.includes('plugin-worker'))).toEqual([]);
    expect([...seen].some((command) => command.includes('nx'))).toBe(true);
  },
  60_000,
);

function commandsWith(variable) {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable)) return [];
      return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      return []; // it has ended meanwhile, or belongs to another user
    }
  });
}
