import type { BertModel } from '@geneformer-ts/model';
import type { Vocabulary } from '@geneformer-ts/tokenizer';

/** A model in memory, with its vocabulary and the folder of its checkpoint. */
export interface LoadedModel {
  name: string;
  folder: string;
  model: BertModel;
  vocabulary: Vocabulary;
}
