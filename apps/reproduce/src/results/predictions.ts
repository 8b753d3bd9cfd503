/**
 * The predictions of a classifier: the same table for transformers and classical classifiers, so that evaluation does not depend on the
 * kind of model. Each row is one tested cell or gene; `p_<class>` are its probabilities.
 */
import { writeFileAtomic } from '@geneformer-ts/core/node';
import { Dictionary, Int32, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray, type Vector } from 'apache-arrow';
import { readFile } from 'node:fs/promises';

export interface Predictions {
  classes: string[];
  cellIds: string[];
  groups: string[];
  folds: Int32Array;
  /** Index into `classes`. */
  truth: Int32Array;
  /** rows × classes, row-major. */
  probabilities: Float64Array;
}

export async function writePredictions(file: string, models: ReadonlyMap<string, Predictions>): Promise<void> {
  const names: string[] = [];
  const rows: Predictions[] = [];
  for (const [model, predictions] of models) {
    for (let row = 0; row < predictions.cellIds.length; row++) names.push(model);
    rows.push(predictions);
  }
  const classes = rows[0]?.classes ?? [];
  // Arrow numbers dictionaries with a global counter; numbering them here gives the same bytes every time.
  let id = 0;
  const text = (values: string[]) => vectorFromArray(values, new Dictionary(new Utf8(), new Int32(), id++));
  const columns: Record<string, Vector> = {
    model: text(names),
    row: vectorFromArray(
      rows.flatMap((part) => part.cellIds),
      new Utf8(),
    ),
    group: text(rows.flatMap((part) => part.groups)),
    fold: vectorFromArray(Int32Array.from(rows.flatMap((part) => [...part.folds]))),
    truth: text(rows.flatMap((part) => [...part.truth].map((label) => classes[label] ?? ''))),
    ...Object.fromEntries(classes.map((name, index) => [`p_${name}`, vectorFromArray(concatenated(rows, index))])),
  };
  await writeFileAtomic(file, tableToIPC(new Table(columns), 'file'));
}

function concatenated(parts: readonly Predictions[], column: number): Float64Array {
  return Float64Array.from(
    parts.flatMap(({ cellIds, classes, probabilities }) =>
      cellIds.map((_, row) => probabilities[row * classes.length + column] ?? NaN),
    ),
  );
}

/** Reads a file of predictions as a map from model to predictions, in the order of the file. */
export async function readPredictions(file: string): Promise<Map<string, Predictions>> {
  const table = tableFromIPC(await readFile(file));
  const text = (name: string) => [...(table.getChild(name) ?? [])].map(String);
  const classes = table.schema.fields.flatMap(({ name }) => (name.startsWith('p_') ? [name.slice(2)] : []));
  const columns = classes.map((name) => table.getChild(`p_${name}`)?.toArray() as Float64Array);
  const [models, cellIds, groups, truth] = [text('model'), text('row'), text('group'), text('truth')];
  const folds = table.getChild('fold')?.toArray() as Int32Array;

  const result = new Map<string, Predictions>();
  for (const model of new Set(models)) {
    const rows = models.flatMap((own, row) => (own === model ? [row] : []));
    result.set(model, {
      classes,
      cellIds: rows.map((row) => cellIds[row] ?? ''),
      groups: rows.map((row) => groups[row] ?? ''),
      folds: Int32Array.from(rows, (row) => folds[row] ?? 0),
      truth: Int32Array.from(rows, (row) => classes.indexOf(truth[row] ?? '')),
      probabilities: Float64Array.from(rows.flatMap((row) => columns.map((values) => values[row] ?? NaN))),
    });
  }
  return result;
}

/** Concatenates the predictions of one model's folds. */
export function concatenate(parts: readonly Predictions[]): Predictions {
  const [first] = parts;
  if (!first) throw new Error('no predictions to concatenate; pass at least one fold');
  return {
    classes: first.classes,
    cellIds: parts.flatMap((part) => part.cellIds),
    groups: parts.flatMap((part) => part.groups),
    folds: Int32Array.from(parts.flatMap((part) => [...part.folds])),
    truth: Int32Array.from(parts.flatMap((part) => [...part.truth])),
    probabilities: Float64Array.from(parts.flatMap((part) => [...part.probabilities])),
  };
}

/** Returns the most probable class of each row; in a tie the first one. */
export function predictedClasses({ classes, truth, probabilities }: Predictions): Int32Array {
  const k = classes.length;
  return Int32Array.from(truth, (_, row) => {
    let best = 0;
    for (let c = 1; c < k; c++) if (probabilities[row * k + c] > probabilities[row * k + best]) best = c;
    return best;
  });
}

/** Sorts the rows by name, so that the rows of two models correspond. */
export function inOrder(predictions: Predictions): Predictions {
  const order = [...predictions.cellIds.keys()].sort((i, j) =>
    predictions.cellIds[i] < predictions.cellIds[j] ? -1 : 1,
  );
  return pickRows(predictions, order);
}

/** Returns some rows. */
export function pickRows(
  { classes, cellIds, groups, folds, truth, probabilities }: Predictions,
  rows: number[],
): Predictions {
  const k = classes.length;
  return {
    classes,
    cellIds: rows.map((row) => cellIds[row]),
    groups: rows.map((row) => groups[row]),
    folds: Int32Array.from(rows, (row) => folds[row]),
    truth: Int32Array.from(rows, (row) => truth[row]),
    probabilities: Float64Array.from(rows.flatMap((row) => [...probabilities.subarray(row * k, row * k + k)])),
  };
}
