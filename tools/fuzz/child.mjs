/**
 * Reads damaged files of one format, one after the other, and tells its parent about each: `node child.mjs FORMAT FROM TO FOLDER`.
 * The same seed damages the same file in the same way.
 */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as io from '@geneformer-ts/io';
import { readVocabulary } from '@geneformer-ts/tokenizer';
import { formats } from './formats.mjs';
import { mutate } from './mutate.mjs';
import { Random } from './random.mjs';

const [name, from, to, folder] = process.argv.slice(2);
const format = formats[name];
const samples = format.samples(path.join(folder, 'samples'));

for (let seed = Number(from); seed < Number(to); seed++) {
  const file = damaged(new Random(seed));
  process.send({ seed, started: true });
  const began = process.cpuUsage();
  const error = await format.read({ ...io, readVocabulary }, file).then(
    () => undefined,
    (thrown) => thrown ?? new Error('nothing was thrown'),
  );
  const { user, system } = process.cpuUsage(began);
  process.send({
    seed,
    outcome: error === undefined ? 'value' : (error.tag ?? nameOf(error)),
    ...(error && error.tag === undefined ? { unnamed: String(error.stack ?? error) } : {}),
    computedSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  });
}
process.disconnect();

function nameOf(error) {
  return `unnamed ${error?.constructor?.name}`;
}

/** Puts a damaged copy of a sample into the folder and gives its path. */
function damaged(random) {
  const sample = random.pick(samples);
  const copy = path.join(folder, `damaged-${path.basename(sample)}`);
  rmSync(copy, { recursive: true, force: true });
  if (!statSync(sample).isDirectory()) {
    writeFileSync(copy, damage(random, sample));
    return copy;
  }
  const files = readdirSync(sample, { recursive: true })
    .filter((file) => statSync(path.join(sample, file)).isFile())
    .sort();
  const victim = random.pick(files);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true });
    if (file === victim) writeFileSync(path.join(copy, file), damage(random, path.join(sample, file)));
    else copyFileSync(path.join(sample, file), path.join(copy, file));
  }
  return copy;
}

/** Compressed text is mostly damaged inside, where the checksum does not give it away. */
function damage(random, file) {
  const bytes = readFileSync(file);
  const text = format.text || /\.(json|zarray|zattrs|zgroup|zmetadata)$/.test(file);
  if (!file.endsWith('.gz') || random.below(4) === 0)
    return mutate(random, bytes, { text: text && !file.endsWith('.gz') });
  return gzipSync(mutate(random, gunzipSync(bytes), { text }));
}
