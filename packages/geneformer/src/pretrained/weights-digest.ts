import { sha256, sha256File } from '@geneformer-ts/core/node';
import { join, readdir } from '@geneformer-ts/core/system';

/** Returns a digest of the configuration and the weights of a checkpoint. */
export async function weightsDigest(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name === 'config.json' || /\.(safetensors|bin)$/.test(name));
  const digests = await Promise.all(
    names.sort().map(async (name) => `${name} ${await sha256File(join(folder, name))}`),
  );
  return sha256(digests.join('\n'));
}
