/** Makes the sound files of the formats that are easily written, for the fuzzer to start from. */
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buildVocabulary, saveVocabulary } from '@geneformer-ts/tokenizer';
import { openAnnData } from '@geneformer-ts/io';

const OUTSIDE = fileURLToPath(new URL('../../packages/io/fixtures/outside/', import.meta.url));
const ZARR = fileURLToPath(new URL('../../packages/io/fixtures/zarr/', import.meta.url));
const PLACEHOLDER = `/${'outside/'.repeat(20)}`;
export const outsideSamples = readdirSync(OUTSIDE).filter((name) => name !== 'canary.h5');

const GENES = 12;
const CELLS = 15;
const count = (gene, cell) => ((gene * 7 + cell * 5) % 4 === 0 ? 1 + ((gene + cell) % 9) : 0);
const genes = Array.from({ length: GENES }, (_, gene) => `ENSG${String(gene).padStart(11, '0')}`);
const barcodes = Array.from({ length: CELLS }, (_, cell) => `CELL${cell}-1`);

function matrixMarket() {
  const entries = genes.flatMap((_, gene) =>
    barcodes.flatMap((__, cell) => (count(gene, cell) ? [`${gene + 1} ${cell + 1} ${count(gene, cell)}`] : [])),
  );
  const header = `%%MatrixMarket matrix coordinate integer general\n%\n${GENES} ${CELLS} ${entries.length}`;
  return `${header}\n${entries.join('\n')}\n`;
}

function table(separator) {
  const rows = genes.map((gene, i) => [gene, ...barcodes.map((_, cell) => count(i, cell))].join(separator));
  return `${['', ...barcodes].join(separator)}\n${rows.join('\n')}\n`;
}

function folder(name, files) {
  mkdirSync(name, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(name, file), content);
}

/** Unpacks a zarr store (tools/parity/io-zarr.py). */
function store(where, name) {
  const files = JSON.parse(gunzipSync(readFileSync(path.join(ZARR, `${name}.json.gz`))));
  for (const [key, content] of Object.entries(files)) {
    const file = path.join(where, `${name}.zarr`, key);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(content, 'base64'));
  }
}

/**
 * Files that take data from others (tools/parity/io-outside.py), and what they lead to, which has to lie beside the damaged
 * copies: no reader may hand over any of it.
 */
function outside(where) {
  const secret = path.join(path.dirname(where), 'secret');
  writeFileSync(secret, Array.from({ length: 64 }, (_, i) => `canary${i % 10}\n`).join(''));
  copyFileSync(path.join(OUTSIDE, 'canary.h5'), path.join(path.dirname(where), 'canary.h5'));
  mkdirSync(path.join(where, 'outside'), { recursive: true });
  for (const name of outsideSamples) {
    const bytes = readFileSync(path.join(OUTSIDE, name));
    const place = bytes.indexOf(PLACEHOLDER);
    if (place >= 0) bytes.write(secret.padStart(PLACEHOLDER.length, '/'), place, 'latin1');
    writeFileSync(path.join(where, 'outside', name), bytes);
  }
}

/** Whether a text holds something of the files that samples lead to: words, or their first bytes as numbers. */
export function isOutside(text) {
  const bytes = new Uint8Array([...'canary0\n'].map((letter) => letter.charCodeAt(0))).buffer;
  const numbers = [Int32Array, Float32Array, Float64Array].map((Kind) => String(new Kind(bytes)[0]));
  return /canary-?\d|\b4242\b/.test(text) || numbers.some((number) => text.includes(number));
}

/** @param {string} where an empty folder */
export async function makeSamples(where) {
  const features = genes.map((gene, i) => `${gene}\tGENE${i}\tGene Expression\n`).join('');
  const cells = `${barcodes.join('\n')}\n`;
  folder(path.join(where, 'mtx'), {
    'matrix.mtx': matrixMarket(),
    'genes.tsv': features.replaceAll('\tGene Expression', ''),
    'barcodes.tsv': cells,
  });
  folder(path.join(where, 'mtx-gz'), {
    'matrix.mtx.gz': gzipSync(matrixMarket()),
    'features.tsv.gz': gzipSync(features),
    'barcodes.tsv.gz': gzipSync(cells),
  });
  outside(where);
  for (const name of ['two', 'three', 'sharded', 'old', 'codecs-2']) store(where, name);
  folder(where, { 'counts.csv': table(','), 'counts.tsv.gz': gzipSync(table('\t')) });
  const source = await openAnnData(path.join(where, 'counts.csv'));
  await saveVocabulary(path.join(where, 'vocabulary.json'), await buildVocabulary([source], { version: 'fuzz' }));
  await source.close();
}
