import { BertForMaskedLM, BertForSequenceClassification, type BertModel } from '@geneformer-ts/model';
import { join, readFile } from '@geneformer-ts/core/system';

/**
 * Loads the model of a checkpoint for its encoder: a pretrained one, or a classifier that was fine-tuned from one.
 *
 * @throws the errors of checkpoints
 */
export async function loadEncoder(folder: string): Promise<BertModel> {
  const isClassifier = await architecturesOf(folder).then((names) => names.includes('BertForSequenceClassification'));
  return isClassifier ? BertForSequenceClassification.fromPretrained(folder) : BertForMaskedLM.fromPretrained(folder);
}

async function architecturesOf(folder: string): Promise<readonly unknown[]> {
  try {
    const { architectures } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as {
      architectures?: unknown;
    };
    return Array.isArray(architectures) ? architectures : [];
  } catch {
    // The checkpoint reports what is wrong with its configuration.
    return [];
  }
}
