import { sha256File } from '@geneformer-ts/core/node';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
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
    mkdirSync(at('place'));
    const place = at('place/cells.h5ad');
    copyFileSync(input, place);
    const { calls } = run(place, '-', 0);
    const complete = await sha256File(place);
    expect(complete).not.toBe(old);

    const outcomes = new Set<string>();
    for (const moment of moments(calls)) {
      copyFileSync(input, place);
      expect([moment, run(place, '-', moment).signal]).toEqual([moment, 'SIGKILL']);
      const left = await sha256File(place);
      expect([old, complete]).toContain(left);
      outcomes.add(left === old ? 'old' : 'new');
    }
    // The next run removes what the killed ones have left.
    copyFileSync(input, place);
    run(place, '-', 0);
    expect(await sha256File(place)).toBe(complete);
    expect(readdirSync(at('place'))).toEqual(['cells.h5ad']);
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
