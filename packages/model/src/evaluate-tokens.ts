import { type AnyCells, readableCells } from './cells.js';
import { meanLossAndAccuracy } from './evaluate-classifier.js';
import { predictTokens } from './predict-tokens.js';
import type { ReadingOptions } from './reading.js';
import type { BertForTokenClassification } from './token-classification.js';
import { countLabels, labelReader, type TokenLabels } from './token-labels.js';

/**
 * Mean cross-entropy (nats, unweighted) and accuracy of a gene classifier over labelled occurrences, without dropout.
 *
 * @throws LabelError when labels and cells do not fit, or a class has no token
 */
export async function evaluateTokenClassifier(
  model: BertForTokenClassification,
  cells: AnyCells,
  labels: TokenLabels,
  options: ReadingOptions = {},
): Promise<{ loss: number; accuracy: number }> {
  const { vocab_size } = model.config;
  const labelAt = labelReader(labels, cells, vocab_size, model.labels);
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const { perToken } = countLabels(readable, labelAt, vocab_size, model.labels);
  const tokens = Array.from(perToken.keys()).filter((id) => perToken[id] > 0);
  const found = await predictTokens(model, cells, { ...options, tokens });
  const truth = found.tokens.map((id, i) => labelAt(found.cells[i], found.positions[i], id));
  return meanLossAndAccuracy(found.probabilities, truth, found.classes);
}
