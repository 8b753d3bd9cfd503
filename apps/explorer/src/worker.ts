/** The worker of the page: reads files, computes, and answers the calls of `protocol.ts` one after the other. */
import { printable } from '@geneformer-ts/core';
import { fileBlob, join, tmpdir } from '@geneformer-ts/core/system';
import { columnAsStrings } from '@geneformer-ts/io/anndata';
import { annotateByClassifier, annotateByHead, annotateByReference } from './annotate.js';
import { deleteGene } from './delete-gene.js';
import { startDevice } from './device.js';
import { markersOf } from './markers.js';
import type { Answer, CallName, Calls, Request } from './protocol.js';
import { servedFile } from './served-file.js';
import { openDropped, type Run, Session } from './session.js';

const scope = globalThis as unknown as {
  postMessage(answer: Answer): void;
  onmessage: ((event: { data: Request }) => void) | null;
};

let session: Session;
let running = new AbortController();
let queue = Promise.resolve();
/** Memory that the page shares with the worker: not 0 once the call that runs is canceled. */
let canceled: Int32Array | undefined;

type Handlers = {
  [name in CallName]: (run: Run, ...args: Parameters<Calls[name]>) => Promise<ReturnType<Calls[name]>>;
};

const handlers: Handlers = {
  start(_run, assets, device, flag) {
    canceled = flag;
    session = new Session(assets);
    return startDevice(assets, device);
  },
  open: (_run, files) => session.open(files),
  openServed: async (_run, address) => session.open([await servedFile(new URL(address))]),
  openExample: (run) => session.openExample(run),
  useModel: (_run, files) => session.useModel(files),
  embed: (run) => session.embed(run),
  umap: (run) => session.umap(run),
  color: (run, name) => session.color(name, run),
  train: (run, column) => Promise.resolve(annotateByHead(session, column, run)),
  classify: (run) => annotateByClassifier(session, run),
  async reference(run, file, column) {
    await using cells = await openDropped([{ path: file.name, file }]);
    return await annotateByReference(session, cells, column, run);
  },
  deleteGene: (run, gene, rows) => deleteGene(session, gene, rows, run),
  markers: (run, rows) => markersOf(session, rows, run),
  vectors: () =>
    Promise.resolve({ cols: session.vectors.cols, data: session.vectors.data, index: session.cells.obs.index }),
  tokens: (run) => session.tokens(run),
  async save({ onProgress, signal }, kind) {
    const { cells } = session;
    if (kind === 'csv') return new Blob([tableOf(session)], { type: 'text/csv' });
    const path = join(tmpdir(), 'out.h5ad');
    await cells.write(path, { onProgress, signal });
    return fileBlob(path);
  },
};

/** Returns obs as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe. */
function tableOf({ cells }: Session): string {
  const columns = [...cells.obs.columns];
  const quoted = (text: string | null): string => {
    const value = text ?? '';
    const safe = /^[=+@\t\r]|^-(?!\d)/.test(value) ? `'${value}` : value;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const values = columns.map(([, column]) => columnAsStrings(column));
  const lines = cells.obs.index.map((name, row) => [name, ...values.map((list) => list[row])].map(quoted).join(','));
  return [['cell', ...columns.map(([name]) => name)].map(quoted).join(','), ...lines, ''].join('\n');
}

scope.onmessage = ({ data }) => {
  if ('cancel' in data) {
    running.abort(new Error('canceled'));
    return;
  }
  queue = queue.then(() => answer(data));
};

async function answer({ id, call, args }: Exclude<Request, { cancel: true }>): Promise<void> {
  running = new AbortController();
  if (canceled) Atomics.store(canceled, 0, 0);
  const onProgress: Run['onProgress'] = ({ stage, done, total, unit }) => {
    // A computation that does not wait for anything gets no message.
    if (canceled && Atomics.load(canceled, 0) !== 0) running.abort(new Error('canceled'));
    scope.postMessage({ progress: { stage, done, total, unit } });
  };
  try {
    const handler = handlers[call] as (run: Run, ...args: unknown[]) => Promise<unknown>;
    scope.postMessage({ id, result: await handler({ onProgress, signal: running.signal }, ...args) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Folders of files in memory mean nothing to a person.
    scope.postMessage({ id, error: printable(message.replaceAll(/\/files\/(tmp\/)?(model\/)?/g, '')) });
  }
}
