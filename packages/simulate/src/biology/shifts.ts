import { placeCount } from '../design/places.js';

/** Genes that differ from the baseline, with their differences in natural logarithm. */
export interface Shifts {
  genes: Int32Array;
  by: Float64Array;
}

/** Collects shifts of genes by place. Shifts of the same gene in the same place add up. */
export class ShiftTable {
  private readonly places = Array.from({ length: placeCount }, () => new Map<number, number>());

  add(place: number, gene: number, by: number): void {
    const shifts = this.places[place];
    shifts.set(gene, (shifts.get(gene) ?? 0) + by);
  }

  finish(): Shifts[] {
    return this.places.map((shifts) => ({
      genes: Int32Array.from(shifts.keys()),
      by: Float64Array.from(shifts.values()),
    }));
  }
}
