/**
 * Writes orthologs.tsv, the mouse genes with one human ortholog each: `node orthologs.mjs FOLDER`, where FOLDER has the tables
 * Ensembl105_Human2Mouse_Genes.csv (human symbol, mouse symbol), genes_homo_sapiens.csv.gz (id, symbol, …) and, for symbols
 * that changed since Ensembl 105, GENCODEv44_Gene_id2name.csv (id, symbol).
 *
 * A pair is kept if neither symbol occurs in another pair and the human symbol names one gene.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

const folder = process.argv[2] ?? path.join(process.env.GENEFORMER_DATA ?? '.', 'gene-tables');
const rowsOf = (bytes) =>
  bytes
    .toString('utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
const read = (name) => readFileSync(path.join(folder, name));

const idsOf = new Map();
for (const [id, symbol] of rowsOf(gunzipSync(read('genes_homo_sapiens.csv.gz')))) add(idsOf, symbol, id);
for (const [id, symbol] of rowsOf(read('GENCODEv44_Gene_id2name.csv'))) if (!idsOf.has(symbol)) add(idsOf, symbol, id);

const pairs = rowsOf(read('Ensembl105_Human2Mouse_Genes.csv')).filter(([human, mouse]) => human && mouse);
const distinct = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
const uses = { human: new Map(), mouse: new Map() };
for (const [human, mouse] of distinct) {
  add(uses.human, human, mouse);
  add(uses.mouse, mouse, human);
}
const rows = distinct
  .filter(([human, mouse]) => uses.human.get(human).size === 1 && uses.mouse.get(mouse).size === 1)
  .map(([human, mouse]) => [mouse, [...(idsOf.get(human) ?? [])]])
  .filter(([, ids]) => ids.length === 1 && /^ENSG\d{11}$/.test(ids[0]))
  .map(([mouse, [id]]) => `${mouse}\t${Number(id.slice(4))}`)
  .sort();
const header =
  '# Mouse symbol and number of the human Ensembl gene id, for one-to-one orthologs (Ensembl 105). Written by orthologs.mjs.\n';
writeFileSync(new URL('orthologs.tsv', import.meta.url), `${header}${rows.join('\n')}\n`);
console.log(`${rows.length} of ${distinct.length} pairs`);

function add(map, key, value) {
  if (!map.has(key)) map.set(key, new Set());
  map.get(key).add(value);
}
