/** The packages that hold ONNX Runtime's native libraries, read from the installed `onnxruntime-node`. CommonJS, for pnpm's hooks. */
const { readdirSync } = require('node:fs');
const path = require('node:path');

const ENGINE = path.join(__dirname, '../../packages/engine');

/** Returns the folder of `onnxruntime-node`. */
function library() {
  return path.dirname(require.resolve('onnxruntime-node/package.json', { paths: [ENGINE] }));
}

/** Returns name, version, platform and architecture of each package. */
function packages() {
  const folder = library();
  const { version } = require(path.join(folder, 'package.json'));
  const bin = path.join(folder, 'bin/napi-v6');
  return readdirSync(bin).flatMap((platform) =>
    readdirSync(path.join(bin, platform)).map((arch) => ({
      name: `@geneformer-ts/onnxruntime-${platform}-${arch}`,
      version,
      platform,
      arch,
    })),
  );
}

module.exports = { library, packages };
