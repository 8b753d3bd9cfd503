/** Dense matrices in safetensors files: vectors of genes and cells. */
import type { DenseMatrix } from '@geneformer-ts/baselines';
import { readSafetensors, writeSafetensors } from '@geneformer-ts/io';

export async function writeMatrix(file: string, name: string, { rows, cols, data }: DenseMatrix): Promise<void> {
  await writeSafetensors(file, new Map([[name, { shape: [rows, cols], data: data }]]));
}

export async function readMatrix(file: string, name: string): Promise<DenseMatrix> {
  const { shape, data } = (await readSafetensors(file)).tensors.get(name)!;
  return { rows: shape[0], cols: shape[1], data: data as Float32Array };
}
