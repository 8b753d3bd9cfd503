/**
 * `node vite-bundles.mjs CODES`, a JSON list of codes: bundles each with Vite for a browser, and prints per code the modules of Node that it
 * imports. Vite replaces such a module by an empty one and warns only.
 */
import { build, defaultClientConditions } from 'vite';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../../../packages', import.meta.url));

async function modulesOfNode(code) {
  const folder = mkdtempSync(path.join(packages, '../apps/explorer/node_modules/.bundle-'));
  const entry = path.join(folder, 'entry.js');
  const found = new Set();
  const plugin = {
    name: 'modules-of-node',
    enforce: 'pre',
    resolveId(source, importer) {
      if (isBuiltin(source) && !isLeftOut(source, importer))
        found.add(`${source} (${path.relative(packages, importer)})`);
      // The entry is outside the packages that it imports.
      if (importer !== entry || !/^(@geneformer-ts\/|geneformer)/.test(source)) return null;
      return this.resolve(source, path.join(packages, 'geneformer/package.json'), { skipSelf: true });
    },
  };
  try {
    writeFileSync(entry, code);
    await build({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      resolve: { conditions: ['@geneformer-ts/source', ...defaultClientConditions] },
      plugins: [plugin],
      build: { write: false, target: 'es2022', minify: false, lib: { entry, formats: ['es'], fileName: 'bundle' } },
    });
    return [...found].sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the package of a file says that it does without a module in browsers. */
function isLeftOut(name, file) {
  let folder = path.dirname(file);
  while (!existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).browser?.[name] === false;
}

const results = [];
for (const code of JSON.parse(process.argv[2])) results.push(await modulesOfNode(code));
console.log(JSON.stringify(results));
