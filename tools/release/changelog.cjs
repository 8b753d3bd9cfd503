/** The lines of CHANGELOG.md, for users: what changed, without the digests of commits and without versions of siblings, which are all equal. */
module.exports = {
  getReleaseLine: async ({ summary }) => {
    const [first, ...others] = summary.trim().split('\n');
    return [`- ${first}`, ...others.map((line) => (line ? `  ${line}` : ''))].join('\n');
  },
  getDependencyReleaseLine: async () => '',
};
