/** The files and folders that are checked, relative to the workspace. */
export const documents = ['README.md', 'CONTRIBUTING.md', '.changeset', 'data', 'tools', 'packages', 'apps'];

/**
 * Folders whose sources and READMEs are not checked yet. The list only shrinks: take a folder out once
 * `node tools/prose/check.mjs <folder>` finds nothing in it. A new package is checked from its first file on.
 */
export const exempt = [
  'packages/baselines/',
  'packages/engine/',
  'packages/model/',
  'packages/tokenizer/',
];

/** Files that quote other people's words, or examples of what the check is to find. */
export const ignored = ['tools/prose/rules.mjs', 'tools/prose/prose.test.mjs', 'tools/parity/', 'tools/fuzz/samples/'];
