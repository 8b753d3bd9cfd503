import {
  cacheFolder,
  type Environment,
  readAddresses,
  readSwitch,
  readToken,
  readVariable,
} from '@geneformer-ts/core/node';

/** The address of Hugging Face itself. */
export const HUGGING_FACE = 'https://huggingface.co';

/** Where assets may come from. */
export interface AssetSettings {
  /** The user's own files; only read. */
  dataDir: string | undefined;
  /** Where downloads go. */
  cacheDir: string;
  /**
   * Base addresses asked before the publisher; each has the files under the publisher's paths. Servers named here may be in
   * a private network and may use http; no other server may.
   */
  mirrors: readonly string[];
  /** Sent to the mirrors and to nobody else. */
  mirrorToken: string | undefined;
  /** The address of Hugging Face, or of a server with the same interface; that counts as named, as a mirror does. */
  hub: string;
  /** Sent to the hub and to nobody else. */
  hubToken: string | undefined;
  /** Download nothing. */
  offline: boolean;
}

/**
 * Settings from the environment: `GENEFORMER_DATA`, `GENEFORMER_CACHE` (default `~/.cache/geneformer-ts`),
 * `GENEFORMER_MIRRORS` (addresses with spaces or commas between them), `GENEFORMER_MIRROR_TOKEN`, `GENEFORMER_OFFLINE`
 * (`1` or `0`), and Hugging Face's own `HF_ENDPOINT` and `HF_TOKEN`.
 * @throws EnvironmentError when one of them has an impossible value
 */
export function assetSettings(env: Environment = process.env): AssetSettings {
  return {
    dataDir: readVariable('GENEFORMER_DATA', env),
    cacheDir: cacheFolder(env),
    mirrors: readAddresses('GENEFORMER_MIRRORS', env),
    mirrorToken: readToken('GENEFORMER_MIRROR_TOKEN', env),
    hub: readAddresses('HF_ENDPOINT', env)[0] ?? HUGGING_FACE,
    hubToken: readToken('HF_TOKEN', env),
    offline: readSwitch('GENEFORMER_OFFLINE', env),
  };
}
