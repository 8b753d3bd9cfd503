import { transformSync, version } from 'esbuild';
import { createHash } from 'node:crypto';

/** Strips types with esbuild, the compiler that also makes `dist/`; types are checked by `tsc` in another task. */
export default {
  process(source, sourcefile) {
    const { code, map } = transformSync(source, {
      loader: 'ts',
      format: 'esm',
      target: 'node20',
      sourcefile,
      sourcemap: 'external',
    });
    return { code, map };
  },
  getCacheKey(source, sourcefile) {
    return createHash('sha256').update(version).update(sourcefile).update(source).digest('hex');
  },
};
