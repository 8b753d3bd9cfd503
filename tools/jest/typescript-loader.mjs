import { transform } from 'esbuild';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Resolves packages to their sources when a source imports them, and `x.js` to `x.ts` where only that exists. */
export async function resolve(specifier, context, next) {
  const fromSource = context.parentURL === undefined || context.parentURL.endsWith('.ts');
  const conditions = fromSource ? [...context.conditions, '@geneformer-ts/source'] : context.conditions;
  try {
    return await next(specifier, { ...context, conditions });
  } catch (error) {
    if (!fromSource || !specifier.endsWith('.js')) throw error;
    return next(specifier.replace(/\.js$/, '.ts'), { ...context, conditions });
  }
}

/** Strips types. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const file = fileURLToPath(url);
  const source = await readFile(file, 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20', sourcefile: file });
  return { format: 'module', source: code, shortCircuit: true };
}
