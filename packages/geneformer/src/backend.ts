import { readChoice } from '@geneformer-ts/core/node';
import { backendNames, tf, useBackend } from '@geneformer-ts/engine';

let selecting: Promise<void> | undefined;

/**
 * Selects a backend unless the program has selected one: that of the variable `GENEFORMER_BACKEND`, else `onnx`.
 *
 * @throws EnvironmentError; BackendMissingError; BackendUnavailableError
 */
export async function ensureBackend(): Promise<void> {
  // The engine registers a backend of this name, which stands for none.
  if (!['none', undefined, ''].includes(tf.getBackend())) return;
  selecting ??= useBackend(readChoice('GENEFORMER_BACKEND', backendNames) ?? 'onnx').finally(() => {
    selecting = undefined;
  });
  await selecting;
}
