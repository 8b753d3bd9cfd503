import { fileError } from '@geneformer-ts/core/node';
import type { NamedTensor, TensorData } from '../safetensors/dtypes.js';
import type { StoredCheckpoint } from './stored.js';

/**
 * Reads every tensor, one after the other, and closes. Names that share a region share one array.
 * @throws UnsupportedError when an entry cannot be read as a tensor
 */
export async function readAll(
  path: string,
  stored: StoredCheckpoint,
): Promise<{ tensors: Map<string, NamedTensor>; metadata: Record<string, string> }> {
  try {
    const [refused] = stored.refused.values();
    if (refused) throw refused();
    const tensors = new Map<string, NamedTensor>();
    const regions = new Map<string, TensorData>();
    for (const [name, { dtype, shape, region, load }] of stored.tensors) {
      const data = regions.get(region) ?? (await load());
      regions.set(region, data);
      tensors.set(name, { dtype, shape, data });
    }
    return { tensors, metadata: stored.metadata };
  } catch (cause) {
    throw fileError(path, cause);
  } finally {
    await stored.close();
  }
}
