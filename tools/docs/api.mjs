/** Writes the pages of the API, one per entry point of a package, from its doc comments. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { slugify } from './slug.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The sources of the entry points by their import paths: `@geneformer-ts/io/anndata` is `packages/io/src/anndata/index.ts`. */
function entryPoints() {
  const found = new Map();
  for (const folder of readdirSync(path.join(root, 'packages')).map((name) => path.join(root, 'packages', name))) {
    const { name, exports } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    for (const [entry, target] of Object.entries(exports)) {
      const source = target['@geneformer-ts/source'];
      if (source) found.set(path.posix.join(name, entry), path.join(folder, source));
    }
  }
  return found;
}

/** @param {string} out the folder is replaced */
export async function writeApi(out) {
  rmSync(out, { recursive: true, force: true });
  const entries = entryPoints();
  const app = await Application.bootstrapWithPlugins({
    entryPoints: [...entries.values()],
    tsconfig: path.join(root, 'tsconfig.json'),
    basePath: path.join(root, 'packages'),
    plugin: ['typedoc-plugin-markdown'],
    outputs: [{ name: 'markdown', path: out }],
    readme: 'none',
    name: 'API',
    // The type checker has its own task.
    skipErrorChecking: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    disableSources: true,
    logLevel: 'Error',
    outputFileStrategy: 'modules',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useHTMLEncodedBrackets: true,
    sanitizeComments: true,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    propertyMembersFormat: 'table',
    enumMembersFormat: 'table',
    typeDeclarationFormat: 'table',
  });
  const project = await app.convert();
  if (!project) throw new Error('typedoc found no project');
  const names = new Map([...entries].map(([name, source]) => [source, name]));
  for (const module of project.children) {
    const { fileName } = project.getSymbolIdFromReflection(module);
    module.name = names.get(path.normalize(fileName));
  }
  await app.generateOutputs(project);
  for (const file of readdirSync(out, { recursive: true }).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(path.join(out, file), 'utf8');
    writeFileSync(path.join(out, file), withAnchors(text));
  }
}

/** Typedoc numbers the anchor of a name that differs from another in capitals only, although its heading is the only one. */
function withAnchors(text) {
  const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => slugify(title));
  return text.replaceAll(/\]\(#([\w-]+)-\d+\)/g, (link, anchor) => {
    const count = anchors.filter((other) => other === anchor).length;
    return count === 1 ? `](#${anchor})` : link;
  });
}
