/**
 * `node tools/runtime/pack.mjs FOLDER`: packs ONNX Runtime's native library for each platform as an npm package,
 * `@geneformer-ts/onnxruntime-PLATFORM-ARCH`, of which npm installs only the one for its machine and which runs no script. The files are
 * those of `onnxruntime-node` in the version of the lockfile. Publish them before `@geneformer-ts/engine`, whose packed package.json
 * names them (`.pnpmfile.cjs`).
 *
 * Options: `--platform linux-x64` for one of them.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { commandOf } from '../setup/command.mjs';
import { library, packages } from './packages.cjs';

/** Both files are the same library; the binding asks for the one with the short name. */
const UNUSED = /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/;

const LICENSE = `MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;

/**
 * Packs the libraries of some platforms.
 *
 * @param {string} folder where the archives go
 * @param {string} [only] a platform, such as `linux-x64`; default all
 * @returns {string[]} the archives
 */
export function packRuntimes(folder, only) {
  const chosen = packages().filter(({ platform, arch }) => !only || only === `${platform}-${arch}`);
  if (chosen.length === 0) throw new Error(`--platform: '${only}' is not one of the platforms of ONNX Runtime`);
  mkdirSync(folder, { recursive: true });
  return chosen.map((one) => {
    const work = mkdtempSync(path.join(tmpdir(), 'onnxruntime-'));
    try {
      writePackage(work, one);
      const [program, words, options] = commandOf(['npm', 'pack', '--silent', '--pack-destination', folder]);
      const { status, stdout, stderr } = spawnSync(program, words, { cwd: work, encoding: 'utf8', ...options });
      if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
      return path.join(folder, stdout.trim());
    } finally {
      rmSync(work, { recursive: true });
    }
  });
}

function writePackage(work, { name, version, platform, arch }) {
  const from = path.join(library(), 'bin/napi-v6', platform, arch);
  for (const file of readdirSync(from)) {
    if (!UNUSED.test(file)) cpSync(path.join(from, file), path.join(work, file));
  }
  const manifest = {
    name,
    version,
    description: `ONNX Runtime's native library for ${platform} ${arch}, used by @geneformer-ts/engine`,
    license: 'MIT',
    repository: {
      type: 'git',
      url: 'git+https://github.com/geneformer-ts/geneformer-ts.git',
      directory: 'tools/runtime',
    },
    os: [platform],
    cpu: [arch],
    // The library for Linux needs the C library of GNU.
    ...(platform === 'linux' && { libc: ['glibc'] }),
    files: ['*'],
  };
  writeFileSync(path.join(work, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(path.join(work, 'LICENSE'), LICENSE);
  writeFileSync(
    path.join(work, 'README.md'),
    `# ${name}\n\nThe native library of [ONNX Runtime](https://onnxruntime.ai) ${version} for ${platform} ${arch}, as in the npm package\n\`onnxruntime-node\`. \`@geneformer-ts/engine\` uses it; other programs should use \`onnxruntime-node\`.\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { platform: { type: 'string' } } });
  if (positionals.length !== 1) throw new Error('give the folder for the archives: pack.mjs FOLDER');
  for (const archive of packRuntimes(path.resolve(positionals[0]), values.platform)) console.log(archive);
}
