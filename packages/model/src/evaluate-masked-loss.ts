import { sparseSoftmaxCrossEntropy, tf } from '@geneformer-ts/engine';
import { encoderInput } from './batch-input.js';
import { type AnyCells, readableCells } from './cells.js';
import { maskBatch, maskingOptions } from './masking.js';
import type { BertForMaskedLM } from './masked-lm.js';
import { purposes } from './random-purposes.js';
import { readBatches, type ReadingOptions } from './reading.js';

export interface MaskedLossOptions extends ReadingOptions {
  /** Decides the masks, which are the same at every call; default 0. */
  seed?: number;
  /** Share of a cell's genes to predict; default 0.15. */
  mlmProbability?: number;
}

/**
 * Mean loss of the masked-gene objective on held-out cells, without dropout and with masks that do not change from call to call.
 *
 * @returns `loss` in nats a masked gene, and how many genes were masked
 */
export async function evaluateMaskedLoss(
  model: BertForMaskedLM,
  cells: AnyCells,
  { seed = 0, mlmProbability = 0.15, batchTokens = 4096, ...options }: MaskedLossOptions = {},
): Promise<{ loss: number; genes: number }> {
  const readable = readableCells(cells, model.cellsContract, options.maxLength);
  const masking = maskingOptions(model.config.vocab_size, model.maskId, model.specialIds, mlmProbability);
  // Epochs count from 0: −1 keeps these masks apart from those of training.
  const names = [seed, purposes.masks, -1];
  let sum = 0;
  let genes = 0;
  for await (const { padded, batch } of readBatches(readable, model.config, 'evaluate', { ...options, batchTokens })) {
    const masked = maskBatch(padded, batch.cells, masking, names);
    const loss = tf.tidy(() => {
      const input = encoderInput(padded, masked.inputIds);
      const logits = model.logits(input, tf.tensor1d(masked.positions, 'int32'));
      return sparseSoftmaxCrossEntropy(logits, tf.tensor1d(masked.labels, 'int32'));
    });
    sum += (await loss.data())[0] * masked.count;
    genes += masked.count;
    loss.dispose();
  }
  return { loss: sum / genes, genes };
}
