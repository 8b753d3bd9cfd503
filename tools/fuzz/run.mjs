/**
 * Reads damaged files of every format:
 *
 *     npx nx run fuzz:io                                   2,000 files a format
 *     npx nx run fuzz:io --format h5ad --seed 7 --count 1 --keep damaged
 *                                                          one file again, and a copy of it
 *
 * Ends with code 1 when a file crashed the reader, hung it, took more than 1 GB or failed without a named error.
 */
import { parseArgs } from 'node:util';
import { formats } from './formats.mjs';
import { fuzz } from './fuzz.mjs';

const { values } = parseArgs({
  options: {
    format: { type: 'string', multiple: true, default: Object.keys(formats) },
    seed: { type: 'string', default: '0' },
    count: { type: 'string', default: '2000' },
    keep: { type: 'string' },
  },
});
const unknown = values.format.filter((name) => !Object.hasOwn(formats, name));
if (unknown.length) throw new Error(`no format ${unknown.join(', ')}; there are ${Object.keys(formats).join(', ')}`);

const reports = await fuzz({
  names: values.format,
  seed: Number(values.seed),
  count: Number(values.count),
  keep: values.keep,
  onFormat: ({ name, files, outcomes, failures, slowest, peakBytes }) => {
    const counts = Object.entries(outcomes).map(([outcome, times]) => `${outcome} ${times}`);
    const most = `slowest ${slowest.toFixed(2)} s, peak ${Math.round(peakBytes / 2 ** 20)} MiB`;
    console.log(`${name}: ${files} files: ${counts.join(', ')}; ${most}; ${failures.length} failures`);
    for (const { seed, problem } of failures) console.log(`  seed ${seed}: ${problem}`);
  },
});
process.exitCode = reports.some(({ failures }) => failures.length) ? 1 : 0;
