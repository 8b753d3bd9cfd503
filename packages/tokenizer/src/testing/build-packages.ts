import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Builds core, io and tokenizer into a folder, laid out like installed packages, because threads and other processes run
 * JavaScript, not the TypeScript sources. Returns a function that writes a script there, which can import the packages by name.
 */
export async function buildInto(folder: string): Promise<(name: string, code: string) => Promise<string>> {
  await mkdir(join(folder, 'node_modules/@geneformer-ts'), { recursive: true });
  for (const name of ['core', 'io', 'tokenizer']) {
    const from = join(packages, name);
    const to = join(folder, name);
    await build({
      entryPoints: readdirSync(join(from, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('testing'))
        .map((file) => join(from, 'src', file)),
      outdir: join(to, 'dist'),
      outbase: join(from, 'src'),
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    await copyFile(join(from, 'package.json'), join(to, 'package.json'));
    await symlink(to, join(folder, 'node_modules/@geneformer-ts', name));
    await linkLibraries(join(from, 'node_modules'), join(to, 'node_modules'));
  }
  return async (name, code) => {
    const path = join(folder, name);
    await writeFile(path, code);
    return path;
  };
}

/** Links all installed libraries except the packages of the workspace, which must be the copies just built. */
async function linkLibraries(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of existsSync(from) ? readdirSync(from) : []) {
    if (name !== '@geneformer-ts') await symlink(join(from, name), join(to, name));
  }
}
