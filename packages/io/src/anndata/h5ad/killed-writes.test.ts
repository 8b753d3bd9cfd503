import { sha256File } from '@geneformer-ts/core/node';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundleProgram } from '../../testing/bundle.js';
import { fixture, scratch } from '../../testing/folder.js';

const at = scratch();
const input = fixture('anndata/symbols.h5ad');

/** Runs the program, which kills itself before a call that changes the disk. */
function run(from: string, to: string, killAt: number): { calls: number; signal: NodeJS.Signals | null } {
  const { stdout, stderr, signal, status } = spawnSync(
    process.execPath,
    [at('program.mjs'), from, to, String(killAt)],
    {
      encoding: 'utf8',
    },
  );
  if (signal === null && status !== 0) throw new Error(stderr);
  return { calls: Number(stdout), signal };
}

/** Moments of a kill: the first and last calls, and some between them. */
function moments(calls: number): number[] {
  const between = Array.from({ length: 3 }, (_, i) => Math.round((calls * (i + 1)) / 4));
  const last = Array.from({ length: 4 }, (_, i) => calls - i);
  return [...new Set([1, ...between, ...last])].filter((moment) => moment >= 1 && moment <= calls);
}

beforeAll(() => bundleProgram('./writing-program.ts', at('program.mjs')));

describe('a process that is killed while it adds to a file', () => {
  test('in place leaves the old file or the new one, and the next run completes', async () => {
    const old = await sha256File(input);
    const place = (name: number | string): string => {
      mkdirSync(at(`place-${name}`));
      copyFileSync(input, at(`place-${name}/cells.h5ad`));
      return at(`place-${name}/cells.h5ad`);
    };
    const whole = place('whole');
    const { calls } = run(whole, '-', 0);
    const complete = await sha256File(whole);
    expect(complete).not.toBe(old);

    const outcomes = new Set<string>();
    for (const moment of moments(calls)) {
      // A folder of its own, because a run also removes what an earlier one has left.
      const path = place(moment);
      expect([moment, run(path, '-', moment).signal]).toEqual([moment, 'SIGKILL']);
      const left = await sha256File(path);
      expect([old, complete]).toContain(left);
      outcomes.add(left === old ? 'old' : 'new');
      if (moment !== calls - 3) continue;
      expect(readdirSync(dirname(path)).length).toBeGreaterThan(1);
      run(path, '-', 0);
      expect(await sha256File(path)).toBe(complete);
      expect(readdirSync(dirname(path))).toEqual(['cells.h5ad']);
    }
    expect([...outcomes].sort()).toEqual(['new', 'old']);
  });

  test('to another path leaves nothing or a complete file there', async () => {
    mkdirSync(at('out'));
    const { calls } = run(input, at('out/whole.h5ad'), 0);
    const complete = await sha256File(at('out/whole.h5ad'));
    for (const moment of moments(calls).filter((_, i) => i % 2 === 1)) {
      mkdirSync(at(`out/${moment}`));
      expect(run(input, at(`out/${moment}/cells.h5ad`), moment).signal).toBe('SIGKILL');
      const left = readdirSync(at(`out/${moment}`)).filter((name) => name === 'cells.h5ad');
      for (const name of left) expect(await sha256File(at(`out/${moment}/${name}`))).toBe(complete);
    }
  });
});
