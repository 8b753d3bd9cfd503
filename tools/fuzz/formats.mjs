/**
 * The fuzzed formats: for each, some sound files to start from, and how a file is read to its end. A file is a path below the
 * fixtures, or a folder, of which one file is damaged at a time. `samples` is given the folder of the files that are made for the run.
 */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isOutside, outsideSamples } from './samples.mjs';

const fixtures = (name = '') => fileURLToPath(new URL(`../../packages/io/fixtures/${name}`, import.meta.url));
const own = (name) => fileURLToPath(new URL(`samples/${name}`, import.meta.url));
const made =
  (...names) =>
  (folder) =>
    names.map((name) => path.join(folder, name));

const outside = (ending) =>
  made(...outsideSamples.filter((name) => ending.test(name)).map((name) => path.join('outside', name)));

async function drain(stream) {
  const iterator = stream[Symbol.asyncIterator]();
  while (!(await iterator.next()).done);
}

/** Reads all cells, and the tables beside them. */
const cells = (options) => async (io, file) => {
  const source = await io.openAnnData(file, options);
  try {
    await drain(source.blocks({ rows: 64 }));
  } finally {
    await source.close();
  }
};

/** Reads all cells and tables, and fails when any of it comes from another file than the damaged one. */
const insideOnly = async (io, file) => {
  const source = await io.openAnnData(file);
  const columns = (frame) => [...frame.columns.values()].flatMap((column) => [...io.columnAsStrings(column)]);
  let text = [source.obs, source.var].flatMap((frame) => [...frame.index, ...columns(frame)]).join(' ');
  try {
    for await (const { data } of source.blocks({ rows: 64 })) text += ` ${data.join(' ')}`;
  } finally {
    await source.close();
  }
  if (isOutside(text)) throw new Error('data of another file were handed over');
};

/** Reads every part of an AnnData file or store. */
const everything = async (io, file) => {
  const adata = await io.AnnData.open(file);
  try {
    await drain(adata.blocks({ rows: 4 }));
    for (const layer of adata.layers.keys()) await drain((await adata.layers.get(layer)).blocks());
    for (const part of ['obsm', 'varm', 'obsp', 'uns'])
      for (const name of adata[part].keys()) await adata[part].get(name);
  } finally {
    await adata.close();
  }
};

/** Adds to a file or store and removes from it, and reads what was written. Only the input may be at fault, so an output that differs is a failure. */
const amended = async (io, file) => {
  const output = path.join(path.dirname(file), `out${path.extname(file)}`);
  rmSync(output, { recursive: true, force: true });
  const adata = await io.AnnData.open(file);
  try {
    adata.obs.set('label', adata.obs.index.map(String), { replace: true });
    adata.obsm.set('X_new', { rows: adata.nObs, cols: 1, data: new Float32Array(adata.nObs) });
    adata.layers.set('new', emptyRows(adata.nObs, adata.nVars));
    adata.obsp.set('new', emptyRows(adata.nObs, adata.nObs));
    for (const part of ['layers', 'obsm', 'uns']) {
      const [first] = adata[part].keys().filter((name) => !/^(X_)?new$/.test(name));
      if (first !== undefined) adata[part].delete(first);
    }
    await adata.write(output);
  } finally {
    await adata.close();
  }
  const copy = await io.AnnData.open(output, { obsColumns: ['label'], varColumns: [] });
  await copy.obsm.get('X_new');
  await copy.obsp.get('new');
  await drain((await copy.layers.get('new')).blocks());
  await copy.close();
};

const emptyRows = (rows, cols) => ({
  rows,
  cols,
  indptr: new Int32Array(rows + 1),
  indices: new Int32Array(0),
  data: new Float32Array(0),
});

const dataset = async (io, folder) => {
  const { batches } = await io.openDataset(folder);
  await drain(batches());
};

/** Reads every list of a column that stays on disk. */
const lists = async (io, folder) => {
  const column = await io.openListColumn(folder, 'input_ids');
  try {
    for (let row = 0; row < column.rows; row++) {
      const length = column.lengths[row];
      column.read(row, length, new Int32Array(length), 0);
    }
  } finally {
    column.close();
  }
};

const below = (folder, ending) =>
  readdirSync(fixtures(folder))
    .filter((name) => ending.test(name))
    .map((name) => fixtures(path.join(folder, name)));

export const formats = {
  h5ad: { samples: () => below('', /\.h5ad$/), read: cells() },
  // A matrix that is stored by genes, with memory for so few numbers that they are sorted on disk.
  'h5ad-columns': {
    samples: () => ['current.h5ad', 'lzf.h5ad'].map(fixtures),
    read: cells({ layer: 'columns', budget: 8 }),
  },
  'h5ad-dense': { samples: () => ['current.h5ad', 'lzf.h5ad'].map(fixtures), read: cells({ layer: 'dense' }) },
  'h5ad-write': { samples: () => below('anndata', /^(symbols|latest|tracked|grouped)\.h5ad$/), read: amended },
  zarr: { samples: made('two.zarr', 'three.zarr', 'sharded.zarr', 'old.zarr', 'codecs-2.zarr'), read: everything },
  'zarr-write': { samples: made('two.zarr', 'three.zarr', 'sharded.zarr', 'old.zarr'), read: amended },
  loom: { samples: () => [own('tiny-2.loom'), own('tiny-3.loom')], read: cells() },
  '10x-h5': { samples: () => [own('tiny-10x-2.h5'), own('tiny-10x-3.h5')], read: cells() },
  'h5ad-outside': { samples: outside(/\.h5ad$/), read: insideOnly },
  'loom-outside': { samples: outside(/\.loom$/), read: insideOnly },
  '10x-h5-outside': { samples: outside(/\.h5$/), read: insideOnly },
  mtx: { samples: made('mtx', 'mtx-gz'), read: cells(), text: true },
  csv: { samples: made('counts.csv', 'counts.tsv.gz'), read: cells(), text: true },
  table: { samples: made('counts.csv', 'counts.tsv.gz'), read: (io, file) => io.readTable(file), text: true },
  safetensors: { samples: () => [fixtures('reference.safetensors')], read: (io, file) => io.readCheckpoint(file) },
  'pytorch_model.bin': {
    samples: () => ['checkpoint.bin', 'zip64.bin'].map((name) => fixtures(`torch/${name}`)),
    read: (io, file) => io.readCheckpoint(file),
  },
  pickle: { samples: () => below('', /\.pkl$/), read: (io, file) => io.readDictionary(file) },
  dataset: { samples: () => [fixtures('reference.dataset')], read: dataset },
  'dataset-lists': { samples: () => [fixtures('reference.dataset')], read: lists },
  vocabulary: { samples: made('vocabulary.json'), read: (io, file) => io.readVocabulary(file), text: true },
};
