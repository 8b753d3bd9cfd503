/**
 * Where a page puts the files of the model: it fetches those of the folder `model` of this package and writes them into this folder in
 * memory, with the same names.
 */

/** Path of the checkpoint folder in memory. */
export const modelFolder = '/files/mini';

/** Path of the vocabulary in memory. */
export const vocabularyFile = '/files/mini/vocabulary.json';
