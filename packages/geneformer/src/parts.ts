/**
 * Parts of the commands, for programs with another surface than the command line, such as the page.
 *
 * @packageDocumentation
 */
export { type CategoryColumn, describeColumns, type DescribedColumns } from './cells/describe-columns.js';
export { levelsOfGene } from './cells/expression.js';
export { nearestLabels, type NearestLabelsOptions, type TransferredLabels } from './cells/nearest-labels.js';
export { readableCounts, type ReadableCounts } from './cells/tokenized-cells.js';
export { labelByVectors, type LabelByVectorsOptions, type LabelsByVectors } from './classifier/vector-classifier.js';
