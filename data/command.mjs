import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { isGeneformerError } from '@geneformer-ts/core';
import { readCatalog, resolveAsset } from '@geneformer-ts/hub';

const USAGE = `usage: npx nx run data:fetch --id ID [--id ID …]   fetch files and their companions
       npx nx run data:fetch --list               list all files of the catalog
       --offline                                  do not download`;

/**
 * Runs the command `data:fetch`.
 *
 * @param {string[]} args
 * @param {{ catalog?: string, out: { write(text: string): unknown }, err: { write(text: string): unknown, isTTY?: boolean } }} where
 * @returns {Promise<number>} the exit code: 0, 1 when a file cannot be fetched, 2 for invalid arguments
 */
export async function fetchAssets(args, { catalog: path, out, err }) {
  let options;
  try {
    options = parseArgs({
      args,
      options: {
        id: { type: 'string', multiple: true, default: [] },
        list: { type: 'boolean', default: false },
        offline: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    err.write(`${error.message}\n${USAGE}\n`);
    return 2;
  }
  const ids = options.id.flatMap((text) => text.split(',')).filter((id) => id !== '');
  if (!options.list && ids.length === 0) {
    err.write(`${USAGE}\n`);
    return 2;
  }
  try {
    const catalog = await readCatalog(path);
    if (options.list) for (const asset of catalog.assets.values()) out.write(`${describe(asset)}\n`);
    for (const id of withCompanions(catalog, ids)) await fetchOne(catalog, id, options.offline, out, err);
    return 0;
  } catch (error) {
    if (!isGeneformerError(error)) throw error;
    err.write(`${error.message}\n`);
    return 1;
  }
}

function describe({ id, kind, bytes, licence, publisher, path }) {
  return [id.padEnd(46), kind.padEnd(11), size(bytes).padStart(9), licence.padEnd(11), `${publisher}/${path}`].join(
    '  ',
  );
}

/** Returns the requested ids, each followed by its companions. Unknown ids stay, so that the error can list the known ones. */
function withCompanions({ assets }, ids) {
  return new Set(ids.flatMap((id) => [id, ...(assets.get(id)?.companions ?? [])]));
}

async function fetchOne(catalog, id, offline, out, err) {
  const { path, origin, warning } = await resolveAsset(catalog, id, {
    ...(offline ? { offline } : {}),
    onProgress: progressTo(err, id),
  });
  if (err.isTTY && origin === 'download') err.write('\r\u001b[K');
  out.write(`${path}\n`);
  const how = { data: 'in your data folder', cache: 'in the cache', download: 'downloaded' }[origin];
  err.write(`${id}: ${how}${warning === undefined ? ', sha256 matches the catalog' : ''}\n`);
  if (warning !== undefined) err.write(`warning: ${warning}\n`);
}

/** Shows the progress: redraws one line on a terminal; prints a line every few seconds elsewhere (a log, a pipe). */
function progressTo(err, id) {
  let next = performance.now() + LINE_MILLISECONDS;
  return ({ done, total, detail }) => {
    const now = performance.now();
    if (!err.isTTY && now < next) return;
    next = now + LINE_MILLISECONDS;
    const share = total > 0 ? ` of ${size(total)} (${((100 * done) / total).toFixed(0)} %)` : '';
    const line = `${id}: ${size(done)}${share}${detail ? `, ${detail}` : ''}`;
    err.write(err.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  };
}

const LINE_MILLISECONDS = 5000;

function size(bytes) {
  if (bytes === null) return 'unknown';
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(0)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
