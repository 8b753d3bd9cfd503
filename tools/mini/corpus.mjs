/** The training cells of the small model: draws from measured mean profiles of human cell types, tokenized with their counts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { columnAsStrings, readPickledDictionary, readRecords } from '@geneformer-ts/io';
import { drawCells } from '@geneformer-ts/simulate';
import { loadVocabulary, readTokenized, tokenizeCells } from '@geneformer-ts/tokenizer';

/** Folder of the data; see data/README.md. */
export const dataFolder = process.env.GENEFORMER_DATA ?? '';
if (!dataFolder) throw new Error('GENEFORMER_DATA is not set; set it to the folder that data/README.md describes');
const dictionaries = path.join(dataFolder, 'geneformer-dicts');

/**
 * The table of mean profiles; its license lets weights that were trained on it be published under any terms. Cells are drawn with a
 * log-normal number of counts, of this median and this standard deviation of the logarithm.
 */
const FILE = 'reference-profiles/cellprofile-human/human_profiles.csv.gz';
const drawSettings = { cells: 96, depth: { median: 3000, sigma: 0.5 } };

/** Returns the vocabulary of V1, whose tokens datasets for published checkpoints have too. */
export function vocabularyV1() {
  return loadVocabulary('V1', dictionaries);
}

/**
 * Draws and tokenizes cells of all profiles. A profile is named DATASET|TYPE.
 *
 * @param {import('@geneformer-ts/tokenizer').Vocabulary} vocabulary
 * @param {{ seed?: number, cells?: number, depth?: { median: number, sigma: number } }} options `cells` per profile
 * @returns tokenized cells with counts; the profile and the source (dataset) of each cell as codes; the names of both
 */
export async function drawCorpus(vocabulary, { seed = 0, ...draw } = {}) {
  const source = await drawnSource({ ...drawSettings, ...draw }, seed);
  const folder = await mkdtemp(path.join(tmpdir(), 'mini-corpus-'));
  try {
    await tokenizeCells([source], vocabulary, path.join(folder, 'cells'), {
      keepCounts: true,
      attributes: ['profile'],
    });
    const cells = await readTokenized(path.join(folder, 'cells'));
    const names = columnAsStrings(cells.attributes.get('profile'));
    const [profiles, sources] = [codesOf(names), codesOf(names.map((name) => name.split('|')[0]))];
    return { cells, profiles: profiles.codes, sources: sources.codes, names: profiles.names, datasets: sources.names };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Returns a cell source whose cells are drawn from the table of mean profiles. */
async function drawnSource({ cells, depth }, seed) {
  const location = path.join(dataFolder, FILE);
  const { ids, names, values } = byGene(await readProfiles(location), await symbolsToIds());
  const owner = names.flatMap((name) => new Array(cells).fill(name));
  return {
    path: location,
    format: 'csv',
    nObs: owner.length,
    nVars: ids.length,
    obs: {
      index: owner.map((name, row) => `${name}#${row % cells}`),
      columns: new Map([['profile', { kind: 'string', values: owner }]]),
    },
    var: { index: ids, columns: new Map() },
    async *blocks() {
      for (const [at, profile] of values.entries()) {
        yield { rowStart: at * cells, ...drawCells(profile, { cells, depth, seed, stream: at }) };
      }
    },
    close: async () => undefined,
  };
}

/** Reads a table of genes × profiles; empty fields are 0. */
async function readProfiles(file) {
  const genes = [];
  const rows = [];
  let names;
  for await (const batch of readRecords(file)) {
    for (const { fields } of batch) {
      const texts = fields.map(({ text }) => text);
      if (!names) {
        names = texts;
        continue;
      }
      // R leaves out the name of the first column.
      if (genes.length === 0 && texts.length === names.length) names = names.slice(1);
      genes.push(texts[0]);
      rows.push(Float64Array.from(texts.slice(1), (text) => (text === 'NA' ? 0 : Number(text))));
    }
  }
  return { genes, names, rows };
}

/** Returns the profiles by Ensembl id: drops unknown symbols, and sums symbols of the same gene. */
function byGene({ genes, names, rows }, symbols) {
  const place = new Map();
  const target = genes.map((gene) => {
    const id = /^ENSG\d{11}$/.test(gene) ? gene : symbols.get(gene);
    if (id !== undefined && !place.has(id)) place.set(id, place.size);
    return place.get(id) ?? -1;
  });
  const values = names.map((_, profile) => {
    const sums = new Float64Array(place.size);
    rows.forEach((row, gene) => target[gene] >= 0 && (sums[target[gene]] += row[profile]));
    return sums;
  });
  return { ids: [...place.keys()], names, values };
}

/** Returns a map from gene symbol to Ensembl id; where the dictionaries of V1 and V2 differ, V1 decides. */
async function symbolsToIds() {
  const [v1, v2] = await Promise.all(
    ['gc30M', 'gc95M_is_official_gc104M'].map((name) =>
      readPickledDictionary(path.join(dictionaries, `gene_name_id_dict_${name}.pkl`)),
    ),
  );
  return new Map([...v2, ...v1]);
}

/** Returns names in order of first use, and the index of each value. */
export function codesOf(values) {
  const names = [...new Set(values)];
  const code = new Map(names.map((name, at) => [name, at]));
  return { names, codes: Int32Array.from(values, (value) => code.get(value)) };
}
