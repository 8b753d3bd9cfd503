import { expect, test } from '@jest/globals';
import { readCommandLine } from './command-line.js';

test('reads the experiment, the profile and the task', () => {
  expect(readCommandLine(['cell', 'embedded', '--profile', 'split'])).toEqual({
    words: ['cell', 'embedded'],
    only: undefined,
    computed: 'split',
    isProfiled: true,
    isOptional: false,
  });
});

test.each([
  ['cell embedded mixology', '"mixology": unknown word; choose a profile with: npx nx run reproduce:cell:<profile>'],
  ['cell embedded --only split --again data', '--only and --again: exclude each other; give one of them'],
  ['cell embedded --again a --profile b', '--again and --profile: exclude each other; give one of them'],
  [
    'cell mixology --again pretrain/profiles/pretrain',
    '--again: "pretrain/profiles/pretrain" is a task of another profile; ' +
      'run it where it belongs: npx nx run reproduce:pretrain:profiles --again pretrain',
  ],
  [
    'verify cell:embedded',
    'verify: give a profile and a folder: npx nx run reproduce:verify cell:embedded ../published',
  ],
  ['verify a b c', 'verify: give a profile and a folder: npx nx run reproduce:verify cell:embedded ../published'],
  ['cell --foo', "Unknown option '--foo'; known options: --only, --again, --profile, --if-data"],
])('refuses %s', (line, problem) => {
  expect(() => readCommandLine(line.split(' '))).toThrow(`command line: ${problem}`);
});
