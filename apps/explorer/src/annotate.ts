import { columnAsStrings, toCategorical, type AnnData } from '@geneformer-ts/io/anndata';
import type { ClassifierScores } from 'geneformer';
import { labelByVectors, nearestLabels } from 'geneformer/parts';
import type { Annotated } from './protocol.js';
import type { Run, Session } from './session.js';

/**
 * Trains a linear head on the vectors of labeled cells and labels all cells, as `geneformer train` and `geneformer annotate` do.
 *
 * @throws CellsUnfitError for too few labels
 */
export function annotateByHead(session: Session, column: string, { signal }: Run): Annotated {
  const { cells, vectors } = session;
  const { label, score, labels, scores, leftOut } = labelByVectors(cells, column, vectors, { signal });
  return store(session, label, score, confusionOf(labels, scores), leftOut);
}

/** Labels all cells with the classifier that was dropped, as `geneformer annotate` does. */
export async function annotateByClassifier(session: Session, { onProgress, signal }: Run): Promise<Annotated> {
  const { classifier } = session;
  const { label, score } = await classifier.annotate(session.cells, { onProgress, signal });
  const { classes, scores, leftOut } = classifier.report;
  return store(session, label, score, confusionOf(classes, scores), leftOut);
}

function confusionOf(
  names: string[],
  { confusion: counts, accuracy, cells }: ClassifierScores,
): Annotated['confusion'] {
  return { names, counts, accuracy, cells };
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
  leftOut: Annotated['leftOut'] = {},
): Annotated {
  const column = toCategorical(labels);
  const title = session.setColumn('predicted', column);
  session.setColumn('score', { kind: 'number', values: Float64Array.from(score) });
  return {
    labels: { kind: 'categories', title, names: column.categories, codes: column.codes },
    score: { kind: 'numbers', title: 'score', values: score },
    confusion,
    leftOut,
  };
}
