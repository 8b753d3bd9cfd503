/** Makes the sound files of the formats that are easily written, for the fuzzer to start from. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildVocabulary, saveVocabulary } from '@geneformer-ts/tokenizer';
import { openCells } from '@geneformer-ts/io';

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
  folder(where, { 'counts.csv': table(','), 'counts.tsv.gz': gzipSync(table('\t')) });
  const source = await openCells(path.join(where, 'counts.csv'));
  await saveVocabulary(path.join(where, 'vocabulary.json'), await buildVocabulary([source], { version: 'fuzz' }));
  await source.close();
}
