import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { commandOf } from '../setup/command.mjs';

describe('a command', () => {
  test.each(['linux', 'darwin'])('is started without a shell on %s', (platform) => {
    expect(commandOf(['npm', 'pack', 'a folder'], platform)).toEqual(['npm', ['pack', 'a folder'], { shell: false }]);
  });

  test('is started by a shell on Windows, with quotes where they are needed', () => {
    expect(commandOf(['npm', 'pack', '--pack-destination', 'C:\\my cells', 'a"b'], 'win32')).toEqual([
      'npm',
      ['pack', '--pack-destination', '"C:\\my cells"', '"a""b"'],
      { shell: true },
    ]);
  });

  test('that is a program of Windows needs no shell', () => {
    const node = 'C:\\Program Files\\nodejs\\node.exe';
    expect(commandOf([node, 'a b'], 'win32')).toEqual([node, ['a b'], { shell: false }]);
  });

  test('runs on this system', () => {
    const [program, words, options] = commandOf(['npm', '--version']);
    expect(spawnSync(program, words, { ...options, encoding: 'utf8' }).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});
