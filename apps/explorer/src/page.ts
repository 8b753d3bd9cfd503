/** The page: connects its controls with the worker and with the two maps. */
import { Client } from './client.js';
import { paint } from './colors.js';
import { download, element, mapAsPng, mapAsSvg } from './document.js';
import { kindOf } from './dropped.js';
import { listenForFiles } from './dropping.js';
import type { Annotated, Colors, Dropped, Inspection } from './protocol.js';
import { resultsOf } from './results.js';
import { Scatter } from './scatter.js';
import { computesWith, Status } from './status.js';
import { showConfusion, showDeletion, showFacts, showLegend, showMarkers, showModel } from './views.js';

const status = new Status();
const client = new Client((event) => status.progress(event));
const maps = ['umap', 'pca'].map((id) => new Scatter(element<HTMLCanvasElement>(id), (rows) => select(rows)));
const [umap, pca] = maps;

let file: Inspection | undefined;
let colors: Colors | undefined;
let selected: ReadonlySet<number> = new Set();
let isClassifier = false;
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Runs calls of the worker, with the controls off, and shows what is wrong if one fails. */
async function run(stage: string, work: () => Promise<void>): Promise<void> {
  if (status.isBusy) return;
  status.begin(stage);
  enable();
  try {
    await work();
    status.end();
  } catch (error) {
    status.fail((error as Error).message);
  } finally {
    enable();
  }
}

/** Controls by what they need: a file, or vectors of its cells. */
function enable(): void {
  const hasFile = file !== undefined;
  const hasVectors = umap.coordinates.length > 0 || pca.coordinates.length > 0;
  const needs: [string[], boolean][] = [
    [['embed', 'color', 'recolor', 'save-csv', 'save-h5ad'], hasFile],
    [['labels', 'train', 'reference', 'reference-column', 'transfer', 'save-svg', 'save-png'], hasVectors],
    [['example', 'files', 'folder', 'model-folder'], true],
    [['classify'], hasVectors && isClassifier],
    [['markers', 'gene', 'delete-gene'], hasVectors && selected.size > 0],
  ];
  for (const [ids, met] of needs) {
    for (const id of ids) element<HTMLButtonElement>(id).disabled = !met || status.isBusy;
  }
  element<HTMLButtonElement>('cancel').disabled = !status.isBusy;
}

async function open(load: () => Promise<Inspection>): Promise<void> {
  await run('Reading the file', async () => {
    file = undefined;
    forget();
    file = await load();
    showFacts(file);
  });
}

/** Empties the maps and what was computed with them. */
function forget(): void {
  colors = undefined;
  select(new Int32Array(0));
  for (const map of maps) map.show(new Float32Array(0));
  for (const id of ['legend', 'confusion', 'marker-table', 'deletion']) element(id).replaceChildren();
}

/** Opens what was dropped: cells, a model or the results of a study. */
async function take(dropping: Promise<Dropped[]>): Promise<void> {
  const files = await dropping.catch((error: Error) => error);
  if (files instanceof Error) {
    if (!status.isBusy) status.fail(files.message);
    return;
  }
  if (files.length === 0) return;
  const kind = kindOf(files);
  if (kind === 'cells') await open(() => client.call('open', files));
  else if (kind === 'model') {
    await run('Loading the model', async () => {
      const used = await client.call('useModel', files);
      forget();
      isClassifier = used.model.labels !== undefined;
      showModel(used.model);
      if (used.file) showFacts((file = used.file));
    });
  } else {
    await run('Reading the results', async () => {
      element('results').replaceChildren(await resultsOf(files));
      element('results-section').hidden = false;
    });
  }
}

async function embed(): Promise<void> {
  await run('Embedding', async () => {
    const { cells, labels, columns } = file as Inspection;
    const { pca: points, seconds } = await client.call('embed');
    pca.show(points);
    await recolor(labels[0] ?? columns[0]);
    status.note(`${cells.toLocaleString('en-US')} cells embedded, ${(cells / seconds).toFixed(1)} cells per second.`);
    umap.show(await client.call('umap'));
    describe();
  });
}

async function recolor(name: string | undefined): Promise<void> {
  show(
    name === undefined
      ? { kind: 'numbers', title: 'cells', values: new Float32Array((file as Inspection).cells) }
      : await client.call('color', name),
  );
}

function show(next: Colors): void {
  colors = next;
  showLegend(next, (code) => select(rowsOf(next, code)));
  repaint();
  describe();
}

function rowsOf(shown: Colors, code: number): Int32Array {
  return shown.kind === 'categories'
    ? Int32Array.from(shown.codes.keys()).filter((row) => shown.codes[row] === code)
    : new Int32Array(0);
}

function repaint(): void {
  if (!file || !colors) return;
  const rgba = paint(colors, file.cells, selected, dark.matches ? 'dark' : 'light');
  for (const map of maps) map.paint(rgba);
}

function select(rows: Int32Array): void {
  selected = new Set(rows);
  element('selected').textContent = rows.length > 0 ? `${rows.length.toLocaleString('en-US')} cells are selected.` : '';
  repaint();
  enable();
}

/** Tells screen readers what the maps show. */
function describe(): void {
  for (const [id, name] of [
    ['umap', 'UMAP'],
    ['pca', 'PCA'],
  ]) {
    element(id).setAttribute(
      'aria-label',
      `${name} of ${file?.cells ?? 0} cells, colored by ${colors?.title ?? 'nothing'}`,
    );
  }
}

function annotated(found: Annotated): void {
  show(found.labels);
  showConfusion(found);
}

async function save(kind: 'h5ad' | 'csv'): Promise<void> {
  await run('Writing', async () => {
    const name = ((file as Inspection).name.split('/').pop() ?? 'cells').replace(/\.[^.]*$/, '');
    download(await client.call('save', kind), `${name}.geneformer.${kind}`);
  });
}

function onSubmit(id: string, stage: string, work: () => Promise<void>): void {
  element(id).addEventListener('submit', (event) => {
    event.preventDefault();
    void run(stage, work);
  });
}

listenForFiles((files) => void take(files));
dark.addEventListener('change', repaint);
element('example').addEventListener('click', () => void open(() => client.call('openExample')));
element('embed').addEventListener('click', () => void embed());
element('cancel').addEventListener('click', () => client.cancel());
onSubmit('color-form', 'Coloring', () => recolor(element<HTMLInputElement>('color').value.trim() || undefined));
onSubmit('train-form', 'Training', async () =>
  annotated(await client.call('train', element<HTMLSelectElement>('labels').value)),
);
onSubmit('reference-form', 'Transferring labels', async () => {
  const [reference] = element<HTMLInputElement>('reference').files ?? [];
  if (!reference) throw new Error('no reference file is chosen; choose one first');
  annotated(await client.call('reference', reference, element<HTMLInputElement>('reference-column').value));
});
element('markers').addEventListener('click', () => {
  void run('Ranking genes', async () => showMarkers(await client.call('markers', Int32Array.from(selected))));
});
element('classify').addEventListener('click', () => {
  void run('Annotating', async () => annotated(await client.call('classify')));
});
onSubmit('delete-form', 'Deleting the gene', async () => {
  const gene = element<HTMLInputElement>('gene').value.trim();
  if (gene === '') throw new Error('no gene is named; write its symbol or Ensembl id first');
  showDeletion(await client.call('deleteGene', gene, Int32Array.from(selected)));
});
element('save-h5ad').addEventListener('click', () => void save('h5ad'));
element('save-csv').addEventListener('click', () => void save('csv'));
element('save-svg').addEventListener('click', () => {
  if (!colors || !file) return;
  const svg = mapAsSvg(umap.coordinates, paint(colors, file.cells, selected), `UMAP, ${colors.title}`);
  download(new Blob([svg], { type: 'image/svg+xml' }), 'umap.svg');
});
element('save-png').addEventListener('click', () => {
  void run('Drawing', async () => download(await mapAsPng(element<HTMLCanvasElement>('umap')), 'umap.png'));
});

void run('Starting', async () => {
  const folder = new URL('./', document.baseURI).href;
  const wanted = new URL(location.href).searchParams.get('device');
  const device = await client.call(
    'start',
    folder,
    wanted === 'webgpu' || wanted === 'wasm' ? wanted : undefined,
    client.canceled,
  );
  element('engine').textContent = computesWith(device);
}).then(() => {
  // `geneformer explore FILE` names its file here.
  const offered = /^#file=(file\/.+)$/.exec(location.hash)?.[1];
  if (offered !== undefined) return open(() => client.call('openServed', new URL(offered, document.baseURI).href));
  return undefined;
});
if ('serviceWorker' in navigator) navigator.serviceWorker.register('offline.js').catch(() => undefined);
