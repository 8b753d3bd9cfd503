import type { OpenOptions } from '../count-matrix.js';
import { type BlockOptions, type CsrBlock, rowRange } from '../csr.js';
import { type Survey, surveyEntries } from '../entries.js';
import type { Container } from '../container.js';
import { rowBlocks } from '../transpose.js';
import type { MatrixLocation } from './locate.js';
import { cscEntries, csrRows, denseRows } from './matrix.js';

/** Returns the function that streams a matrix, in whichever way it is stored. */
export function streamOf(
  file: Container,
  matrix: Omit<MatrixLocation, 'varPath'>,
  options: Pick<OpenOptions, 'budget' | 'scratch'>,
): (request?: BlockOptions) => AsyncGenerator<CsrBlock> {
  let survey: Promise<Survey> | undefined;
  return async function* blocks(request) {
    const range = rowRange(request, matrix.rows);
    if (matrix.storage === 'csr') yield* csrRows(file, matrix, range);
    else if (matrix.storage === 'dense') yield* denseRows(file, matrix, range);
    else {
      const entries = cscEntries(file, matrix);
      yield* rowBlocks(entries, await (survey ??= surveyEntries(entries)), range, options);
    }
  };
}
