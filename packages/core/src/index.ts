/**
 * What every package needs and nobody should write twice.
 *
 * @packageDocumentation
 */
export { GeneformerError, isGeneformerError, messageOf } from './errors.js';
export { printable } from './printable.js';
