import type { Draw } from '@geneformer-ts/analysis';

/** Moves `count` values drawn without replacement to the front of `values`. */
export function drawToFront(values: Int32Array, count: number, draw: Draw): void {
  for (let i = 0; i < count; i++) {
    const j = i + draw(values.length - i);
    const held = values[i];
    values[i] = values[j]!;
    values[j] = held;
  }
}
