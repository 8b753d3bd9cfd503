const runtime = require('./tools/runtime/packages.cjs');

/**
 * Leaves out of a packed package.json whatever only this workspace uses: the targets of Nx, scripts and tools for development, and
 * the export condition that names sources, which are not packed. Adds to the engine the native libraries, one package per platform; here
 * `onnxruntime-node` holds them all.
 */
const UNPUBLISHED = new Set(['nx', 'scripts', 'devDependencies']);
const SOURCES = '@geneformer-ts/source';

module.exports = {
  hooks: {
    beforePacking(manifest) {
      const published = Object.fromEntries(Object.entries(manifest).filter(([field]) => !UNPUBLISHED.has(field)));
      for (const field of ['exports', 'imports']) {
        if (published[field]) published[field] = withoutSources(published[field]);
      }
      if (manifest.name !== '@geneformer-ts/engine') return published;
      const optionalDependencies = Object.fromEntries(runtime.packages().map(({ name, version }) => [name, version]));
      return { ...published, optionalDependencies };
    },
  },
};

function withoutSources(target) {
  if (typeof target !== 'object' || target === null || Array.isArray(target)) return target;
  const kept = Object.entries(target).filter(([condition]) => condition !== SOURCES);
  return Object.fromEntries(kept.map(([condition, next]) => [condition, withoutSources(next)]));
}
