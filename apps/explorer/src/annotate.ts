import { type Random, seededRandom } from '@geneformer-ts/core';
import { columnAsStrings, toCategorical, type AnnData } from '@geneformer-ts/io/anndata';
import { fitHead, headProbabilities, nearestLabels } from 'geneformer/parts';
import type { Annotated } from './protocol.js';
import type { Run, Session } from './session.js';

/** Share of the labeled cells of each class that is held out to measure the classifier. */
const HELD_OUT = 0.2;
/** Least number of labeled cells of a class. */
const LEAST_CELLS = 3;

/** Trains a linear head on the vectors of labeled cells and labels all cells. @throws Error for too few labels */
export function annotateByHead(session: Session, column: string, { signal }: Run): Annotated {
  const { cells } = session;
  const { usable, points } = session.usable();
  const all = columnAsStrings(cells.obs.get(column));
  const { categories, codes } = toCategorical(usable.map((row) => all[row] || null));
  const rowsOf = categories.map((_, code) => places(codes, code));
  const known = rowsOf.flatMap((rows, code) => (rows.length >= LEAST_CELLS ? [code] : []));
  if (known.length < 2) {
    throw new Error(`'${column}' has no two labels with at least ${LEAST_CELLS} cells; choose another column`);
  }
  const [train, held] = [[] as number[], [] as number[]];
  const random = seededRandom(0);
  for (const code of known) {
    const rows = shuffled(rowsOf[code], random);
    const cut = Math.max(1, Math.round(HELD_OUT * rows.length));
    held.push(...rows.slice(0, cut));
    train.push(...rows.slice(cut));
  }
  const names = known.map((code) => categories[code]);
  const codeOf = new Map(known.map((code, at) => [code, at]));
  const pick = (rows: readonly number[]) => ({
    vectors: { rows: rows.length, cols: points.cols, data: gather(points, rows) },
    codes: Int32Array.from(rows, (row) => codeOf.get(codes[row]) as number),
  });
  const [training, validation] = [pick(train), pick(held)];
  const head = fitHead(training, validation, names.length, signal);
  const probabilities = headProbabilities(head, points);
  const best = Array.from({ length: points.rows }, (_, row) => largest(probabilities, row, names.length));
  const counts = names.map(() => names.map(() => 0));
  held.forEach((row, at) => counts[validation.codes[at]][best[row]]++);
  const right = counts.reduce((sum, row, code) => sum + row[code], 0);
  const labels = new Array<string | null>(cells.nObs).fill(null);
  const score = new Float32Array(cells.nObs).fill(NaN);
  usable.forEach((row, at) => {
    labels[row] = names[best[at]];
    score[row] = probabilities[at * names.length + best[at]];
  });
  return store(session, labels, score, { names, counts, accuracy: right / held.length, cells: held.length });
}

/** Labels all cells by the nearest cells of a reference with vectors of the same model; far cells are `unknown`. */
export async function annotateByReference(
  session: Session,
  reference: AnnData,
  column: string,
  { onProgress, signal }: Run,
): Promise<Annotated> {
  const model = await session.loadModel();
  const labels = columnAsStrings(reference.obs.get(column));
  const found = nearestLabels(session.vectors, await model.embed(reference, { onProgress, signal }), labels);
  return store(session, found.label, found.score, undefined);
}

/** Adds the labels to obs, in place of those that the page gave before. A column of the file keeps its name and values. */
function store(
  session: Session,
  labels: readonly (string | null)[],
  score: Float32Array,
  confusion: Annotated['confusion'],
): Annotated {
  const column = toCategorical(labels);
  const title = session.setColumn('predicted', column);
  session.setColumn('score', { kind: 'number', values: Float64Array.from(score) });
  return {
    labels: { kind: 'categories', title, names: column.categories, codes: column.codes },
    score: { kind: 'numbers', title: 'score', values: score },
    confusion,
  };
}

function gather({ cols, data }: { cols: number; data: Float32Array }, rows: readonly number[]): Float32Array {
  const picked = new Float32Array(rows.length * cols);
  rows.forEach((row, at) => picked.set(data.subarray(row * cols, (row + 1) * cols), at * cols));
  return picked;
}

function places(codes: Int32Array, code: number): number[] {
  return Array.from(codes.keys()).filter((at) => codes[at] === code);
}

function largest(values: Float32Array, row: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[row * count + i] > values[row * count + best]) best = i;
  return best;
}

function shuffled(rows: readonly number[], random: Random): number[] {
  const order = rows.slice();
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
