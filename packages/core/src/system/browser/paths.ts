/** Folder below which all files in memory are; also the current folder. The HDF5 library sees it under the same path. */
export const ROOT = '/files';

export const sep = '/';

export function tmpdir(): string {
  return `${ROOT}/tmp`;
}

export function homedir(): string {
  return ROOT;
}

export function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

export function join(...parts: string[]): string {
  const whole = parts.filter((part) => part !== '').join('/');
  return whole === '' ? '.' : normalize(whole);
}

/** Returns an absolute path without `.`, `..` and a slash at its end. */
export function resolve(...parts: string[]): string {
  let whole = '';
  for (const part of parts) if (part !== '') whole = isAbsolute(part) ? part : `${whole}/${part}`;
  return normalize(isAbsolute(whole) && isAbsolute(parts.find(isAbsolute) ?? '') ? whole : `${ROOT}/${whole}`).replace(
    /(?<=.)\/$/,
    '',
  );
}

export function dirname(path: string): string {
  const trimmed = path.replace(/(?<=.)\/+$/, '');
  const cut = trimmed.lastIndexOf('/');
  return cut < 0 ? '.' : cut === 0 ? '/' : trimmed.slice(0, cut);
}

export function basename(path: string, suffix = ''): string {
  const name = path.replace(/\/+$/, '').replace(/^.*\//s, '');
  return suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function relative(from: string, to: string): string {
  const [a, b] = [resolve(from), resolve(to)].map((path) => path.split('/').filter((name) => name !== ''));
  let shared = 0;
  while (shared < a.length && a[shared] === b[shared]) shared++;
  return [...a.slice(shared).map(() => '..'), ...b.slice(shared)].join('/');
}

/** Returns the path of an address of the page, as it is in the address. */
export function fileURLToPath(url: string | URL): string {
  return decodeURIComponent(new URL(url).pathname);
}

function normalize(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.length > 0 && names.at(-1) !== '..') names.pop();
    else if (!isAbsolute(path)) names.push(name);
  }
  const whole = `${isAbsolute(path) ? '/' : ''}${names.join('/')}${path.endsWith('/') && names.length > 0 ? '/' : ''}`;
  return whole !== '' ? whole : path.endsWith('/') ? './' : '.';
}
