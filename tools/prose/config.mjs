/** The files and folders that are checked, relative to the workspace. */
export const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CODE_OF_CONDUCT.md',
  'FEATURES.md',
  '.github',
  '.changeset',
  'data',
  'docs',
  'tools',
  'packages',
  'apps',
];

/** Files that quote other people's words, or examples of what the check is to find. */
export const ignored = ['tools/prose/rules.mjs', 'tools/prose/prose.test.mjs', 'tools/parity/', 'tools/fuzz/samples/'];
