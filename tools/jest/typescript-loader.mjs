import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';

/** Sources without types, by digest: a thread that finds one need not start the compiler. */
const cache = new URL('../../node_modules/.cache/typescript-threads/', import.meta.url);

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
  const source = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', source: await strip(source, fileURLToPath(url)), shortCircuit: true };
}

async function strip(source, file) {
  const digest = createHash('sha256').update(`${file}\n${source}`).digest('hex');
  const stored = new URL(`${digest}.js`, cache);
  const known = await readFile(stored, 'utf8').catch(() => undefined);
  if (known !== undefined) return known;
  const { transform } = await import('esbuild');
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20', sourcefile: file });
  await mkdir(cache, { recursive: true });
  const temporary = new URL(`${digest}.${process.pid}-${threadId}`, cache);
  await writeFile(temporary, code);
  await rename(temporary, stored);
  return code;
}
