import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

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
 * (anything but empty, `0` and `false`), and Hugging Face's own `HF_ENDPOINT` and `HF_TOKEN`.
 */
export function assetSettings(env: Readonly<Record<string, string | undefined>> = process.env): AssetSettings {
  const set = (name: string): string | undefined => env[name] || undefined;
  const cacheHome = set('XDG_CACHE_HOME') ?? join(homedir(), '.cache');
  return {
    dataDir: set('GENEFORMER_DATA'),
    cacheDir: resolve(set('GENEFORMER_CACHE') ?? join(cacheHome, 'geneformer-ts')),
    mirrors: (set('GENEFORMER_MIRRORS') ?? '').split(/[\s,]+/).filter((base) => base !== ''),
    mirrorToken: set('GENEFORMER_MIRROR_TOKEN'),
    hub: set('HF_ENDPOINT') ?? HUGGING_FACE,
    hubToken: set('HF_TOKEN'),
    offline: !['', '0', 'false'].includes(env['GENEFORMER_OFFLINE'] ?? ''),
  };
}
