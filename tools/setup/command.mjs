/**
 * Returns how a program is started without a shell where that is possible. On Windows npm, npx and pnpm are command files, which only a
 * shell starts, and the shell needs quotes around words with spaces.
 *
 * @param {string[]} command a program and its words
 * @param {string} [platform]
 * @returns {[program: string, words: string[], options: { shell: boolean }]} for `spawn` and `spawnSync`
 */
export function commandOf([program, ...words], platform = process.platform) {
  if (platform !== 'win32' || program.endsWith('.exe')) return [program, words, { shell: false }];
  return [quoted(program), words.map(quoted), { shell: true }];
}

function quoted(word) {
  return /^[\w@.,:/\\=*-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`;
}
