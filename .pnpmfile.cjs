/**
 * Leaves out of a packed package.json whatever only this workspace uses: the targets of Nx, scripts and tools for development, and
 * the export condition that names sources, which are not packed.
 */
const UNPUBLISHED = new Set(['nx', 'scripts', 'devDependencies']);
const SOURCES = '@geneformer-ts/source';

module.exports = {
  hooks: {
    beforePacking(manifest) {
      const published = Object.fromEntries(Object.entries(manifest).filter(([field]) => !UNPUBLISHED.has(field)));
      return { ...published, exports: withoutSources(published.exports) };
    },
  },
};

function withoutSources(target) {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return target;
  const kept = Object.entries(target).filter(([condition]) => condition !== SOURCES);
  return Object.fromEntries(kept.map(([condition, next]) => [condition, withoutSources(next)]));
}
