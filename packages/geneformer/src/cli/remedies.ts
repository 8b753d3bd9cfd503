import type { CommandSpec } from './command.js';

/** Flags whose names differ from those of the library's options. */
const RENAMED: Readonly<Record<string, string>> = {
  checkpointDir: '--resume',
  minCells: '--min-cells',
  freezeLayers: '--freeze',
  unknownShare: '--unknown',
};

/** Parts of the library's remedies that only a program can follow, and what is left of them on a command line. */
const PROGRAM_ONLY: readonly (readonly [RegExp, string])[] = [
  [/, or set the option 'format'( if it is one of those)?/, ''],
  [/, or set the option 'featureTypes', for example to \[[^\]]*\]/, ''],
  [/call write\(\) without a path to replace it, or name another file/, 'name another file'],
  [/ or use countsFrom 'computed'/, ' or remove the column'],
  [/ or set maxGradNorm/, ''],
  [/or use backend '(\w+)'/, 'or set GENEFORMER_BACKEND to $1'],
  [/\{ column: ('[^']*') \}/, '$1'],
  [/\bobsJoin\.column\b/, 'obsJoin'],
];

/**
 * Returns a message of the library in words of the command line: options are named by the flags of the command, and remedies
 * that only a program can follow are left out.
 *
 * @param spec the command that failed; undefined before a command started
 * @example
 * inWordsOfCommand("x.h5ad: …; set the option 'genome' to one of them", embed);
 * // x.h5ad: …; set the option --genome to one of them
 */
export function inWordsOfCommand(message: string, spec: CommandSpec | undefined): string {
  let text = message;
  for (const [pattern, words] of PROGRAM_ONLY) text = text.replace(pattern, words);
  for (const { flags } of spec?.options ?? []) {
    const flag = /--[\w-]+/.exec(flags)?.[0] ?? '';
    const name = optionName(flag);
    text = named(text, name, flag);
  }
  for (const [name, flag] of Object.entries(RENAMED)) {
    if (spec?.options.some(({ flags }) => flags.includes(flag))) text = named(text, name, flag);
  }
  return text;
}

/** Replaces the name of an option. A name of one word is a name only after the word "option". */
function named(text: string, name: string, flag: string): string {
  const own = text.replace(new RegExp(`\\boption '?${name}\\b'?`, 'g'), `option ${flag}`);
  return /[A-Z]/.test(name) ? own.replace(new RegExp(`(?<![\\w'])${name}\\b`, 'g'), flag) : own;
}

/** `--allow-fractional` becomes `allowFractional`. */
function optionName(flag: string): string {
  return flag.replace(/^--/, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
