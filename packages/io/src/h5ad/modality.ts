import { ArgumentError, listSome } from '@geneformer-ts/core';
import { FieldMissingError } from '../errors.js';
import { columnAsStrings } from '../frame.js';
import type { HdfFile } from '../hdf5/file.js';
import { readFrame } from './frame.js';

/**
 * Where the tables of the modality to read lie: nothing for an AnnData file, `mod/NAME/` for a MuData file (h5mu), whose
 * only modality needs no choice.
 *
 * @throws ArgumentError listing the modalities when there are several and none is chosen, FieldMissingError
 */
export function chooseModality(file: HdfFile, modality: string | undefined): string {
  const names = modalitiesOf(file);
  if (names.length === 0) {
    if (modality === undefined) return '';
    throw new ArgumentError('modality', `${file.path} is not a MuData file`, "leave the option 'modality' out");
  }
  const chosen = modality ?? (names.length === 1 ? names[0] : undefined);
  if (chosen !== undefined) {
    if (names.includes(chosen)) return `mod/${chosen}/`;
    throw new FieldMissingError(file.path, `modality '${chosen}'`, names);
  }
  const genes = names.filter((name) => holdsGenes(file, name));
  const known = genes.length ? ` (gene expression: ${listSome(genes)})` : '';
  throw new ArgumentError(
    'modality',
    `${file.path} holds ${names.length} modalities: ${listSome(names)}${known}`,
    `choose one with the option 'modality', such as '${genes[0] ?? names[0]}'`,
  );
}

/** The modalities of a MuData file; none of any other. */
export function modalitiesOf(file: HdfFile): string[] {
  return file.keys('mod').filter((name) => file.kind(`mod/${name}/var`) !== undefined);
}

/** Whether the features are said to be genes, or else the name says so. */
function holdsGenes(file: HdfFile, modality: string): boolean {
  const path = `mod/${modality}/var`;
  if (file.kind(`${path}/feature_types`) === undefined) return /^(rna|gex|gene)/i.test(modality);
  const types = readFrame(file, path, ['feature_types']).columns.get('feature_types');
  return types !== undefined && columnAsStrings(types).includes('Gene Expression');
}
