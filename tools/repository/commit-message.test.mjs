import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOOKS, installHooks } from '../setup/hooks.mjs';
import { problemOf } from './commit-message.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));

describe('a commit message', () => {
  test.each([
    'fix(io): read empty columns',
    'feat!: drop Node 18',
    'docs: say what was measured\n\nThe table had no machine.',
    'fix(engine,model): refuse wrong arguments',
    'perf(io): one copy less\n# a comment of git\n# another',
    "Merge branch 'main' into topic",
    'Revert "feat(io): zarr"',
    'fixup! fix(io): read empty columns',
  ])('%j is accepted', (message) => {
    expect(problemOf(message)).toBeUndefined();
  });

  test.each([
    ['read empty columns', '"read empty columns" is not "type(package): subject"'],
    ['', '"" is not "type(package): subject"'],
    ['fix(io) read', '"fix(io) read" is not "type(package): subject"'],
    ['merge: main', 'type "merge" is not valid; use one of feat, fix'],
    ['Fix: read', 'type "Fix" is not valid'],
    ['fix(IO): read', 'scope "IO" is not valid'],
    ['fix(): read', 'scope "" is not valid'],
    ['fix:  ', 'the subject is empty'],
    ['fix: read.', '"read." ends with a full stop'],
    [`fix: ${'a'.repeat(116)}`, 'the first line has 121 characters; use 120 at most'],
    ['fix: read\nmore', 'the second line is not empty'],
  ])('%j is refused', (message, problem) => {
    expect(problemOf(message)).toContain(problem);
  });

  test('that is to be folded into another is refused on a branch', () => {
    expect(problemOf('fixup! fix(io): read', { isFinal: true })).toContain('git rebase --autosquash');
  });
});

describe('the hook', () => {
  let folder;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hooks-test-'));
    git('init', '-q', '-b', 'main');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('is installed by setup, and found again', () => {
    expect(installHooks(folder)).toBe(true);
    expect(git('config', 'core.hooksPath').stdout).toBe(`${HOOKS}\n`);
    expect(installHooks(folder)).toBe(true);
  });

  test('does not replace hooks of the user', () => {
    git('config', 'core.hooksPath', 'mine');
    expect(installHooks(folder)).toBe(false);
    expect(git('config', 'core.hooksPath').stdout).toBe('mine\n');
    git('config', '--unset', 'core.hooksPath');
    writeFileSync(path.join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\n');
    expect(installHooks(folder)).toBe(false);
    expect(git('config', 'core.hooksPath').status).toBe(1);
  });

  test('is not installed outside a clone', () => {
    rmSync(path.join(folder, '.git'), { recursive: true });
    expect(installHooks(folder)).toBe(false);
  });

  test('lets git commit with a valid message only', () => {
    git('config', 'core.hooksPath', here('hooks'));
    const refused = git('commit', '-q', '--allow-empty', '-m', 'changed things');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('message: "changed things" is not "type(package): subject"');
    expect(git('commit', '-q', '--allow-empty', '-m', 'fix: things').status).toBe(0);
  });

  test('has a counterpart that checks every commit of a branch', () => {
    for (const message of ['chore: first', 'fix: second', 'third']) git('commit', '-q', '--allow-empty', '-m', message);
    expect(check('HEAD~2..HEAD~1')).toEqual({ status: 0, stderr: '' });
    const { status, stderr } = check('HEAD~2..HEAD');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^[0-9a-f]+: "third" is not "type\(package\): subject"[^\n]*\n$/);
  });

  function check(range) {
    const words = [here('commit-message.mjs'), '--range', range];
    const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
    return { status, stderr };
  }

  function git(...words) {
    const settings = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    return spawnSync('git', [...settings, ...words], { cwd: folder, encoding: 'utf8', env });
  }
});
