import { homedir, isAbsolute, join, process, resolve } from '#system';
import { GeneformerError } from '../errors.js';

/** Thrown when an environment variable has an invalid value. */
export class EnvironmentError extends GeneformerError {
  readonly tag = 'EnvironmentError';

  constructor(
    readonly variable: string,
    readonly value: string,
    remedy: string,
    options?: { cause?: unknown },
  ) {
    super(`${variable}: ${JSON.stringify(value)} ${remedy}`, options);
  }
}

/** The variables of a process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns a variable without the blanks around it; undefined when it is not set, empty or blank. */
export function readVariable(name: string, env: Environment = process.env): string | undefined {
  return env[name]?.trim() || undefined;
}

/**
 * Returns a variable that is a whole number.
 * @throws EnvironmentError when it is not one from `min` to `max`
 */
export function readCount(name: string, { min = 1, max = Number.MAX_SAFE_INTEGER } = {}, env?: Environment) {
  const value = readVariable(name, env);
  if (value === undefined) return undefined;
  const count = Number(value);
  if (/^\d{1,15}$/.test(value) && count >= min && count <= max) return count;
  throw new EnvironmentError(name, value, `is not a whole number from ${min} to ${max}; set one, or unset ${name}`);
}

/**
 * Returns a variable that is one of `choices`.
 * @throws EnvironmentError when it is another
 */
export function readChoice<T extends string>(name: string, choices: readonly T[], env?: Environment): T | undefined {
  const value = readVariable(name, env);
  const found = choices.find((choice) => choice === value);
  if (value === undefined || found !== undefined) return found;
  throw new EnvironmentError(name, value, `is not known; set one of: ${choices.join(', ')}; or unset ${name}`);
}

/**
 * Returns a variable that switches something on (`1`, `true`, `yes`, `on`) or off (`0`, `false`, `no`, `off`, not set).
 * @throws EnvironmentError when it is another
 */
export function readSwitch(name: string, env?: Environment): boolean {
  const value = readVariable(name, env)?.toLowerCase();
  if (value === undefined || ['0', 'false', 'no', 'off'].includes(value)) return false;
  if (['1', 'true', 'yes', 'on'].includes(value)) return true;
  throw new EnvironmentError(name, value, `is neither on nor off; set 1 or 0, or unset ${name}`);
}

/**
 * Returns a variable that is the path of a folder.
 * @throws EnvironmentError when the path is relative, since tasks run in several folders
 */
export function readFolder(name: string, env?: Environment): string | undefined {
  const value = readVariable(name, env);
  if (value === undefined) return undefined;
  if (value.includes('\0')) throw new EnvironmentError(name, value, `is not a path; set an absolute path`);
  if (isAbsolute(value)) return value;
  const meant = /^~[\\/]/.test(value) ? join(homedir(), value.slice(2)) : resolve(value);
  throw new EnvironmentError(name, value, `is a relative path; set the absolute one, for example ${meant}`);
}

/**
 * Returns a variable that lists addresses, with blanks or commas between them.
 * @throws EnvironmentError when one of them is not an http or https address
 */
export function readAddresses(name: string, env?: Environment): string[] {
  const value = readVariable(name, env) ?? '';
  const addresses = value.split(/[\s,]+/).filter((address) => address !== '');
  for (const address of addresses) {
    const protocol = URL.canParse(address) ? new URL(address).protocol : '';
    if (protocol === 'http:' || protocol === 'https:') continue;
    // A password stands before an @ and may have been split; a query may be a signature.
    const shown = value.includes('@') || /[?#]/.test(address) ? '…' : address;
    throw new EnvironmentError(name, shown, 'is not a web address; set one that begins with https:// or http://');
  }
  return addresses;
}

/**
 * Returns a variable that is a secret, which no message may show.
 * @throws EnvironmentError when it has characters that cannot be sent
 */
export function readToken(name: string, env?: Environment): string | undefined {
  const value = readVariable(name, env);
  if (value === undefined || /^[\x21-\x7e]+$/.test(value)) return value;
  throw new EnvironmentError(name, '…', 'has blanks or characters that cannot be sent; copy the token again');
}

/** Returns the cache folder: GENEFORMER_CACHE, by default `geneformer-ts` in the user's cache folder. */
export function cacheFolder(env?: Environment): string {
  const home = readVariable('XDG_CACHE_HOME', env);
  // The XDG specification: paths must be absolute, and relative ones are ignored.
  const base = home !== undefined && isAbsolute(home) ? home : join(homedir(), '.cache');
  return readFolder('GENEFORMER_CACHE', env) ?? join(base, 'geneformer-ts');
}
