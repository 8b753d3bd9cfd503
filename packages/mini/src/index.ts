/**
 * A small pretrained Geneformer: a checkpoint folder in Hugging Face's layout with its vocabulary and medians. The README is its model
 * card. This package contains files and no code that reads them.
 *
 * ```ts
 * import { modelFolder, vocabularyFile } from '@geneformer-ts/mini';
 * import { BertForMaskedLM, embedCells } from '@geneformer-ts/model';
 * import { readVocabulary } from '@geneformer-ts/tokenizer';
 *
 * const vocabulary = await readVocabulary(vocabularyFile);
 * const model = await BertForMaskedLM.fromPretrained(modelFolder, { vocabulary });
 * ```
 */
import { fileURLToPath } from 'node:url';

/** Absolute path of the checkpoint folder, with `config.json`, `model.safetensors` and `vocabulary.json`. */
export const modelFolder: string = fileURLToPath(new URL('../model', import.meta.url));

/** Absolute path of the vocabulary with its medians, for `readVocabulary` of the tokenizer package. */
export const vocabularyFile: string = fileURLToPath(new URL('../model/vocabulary.json', import.meta.url));
