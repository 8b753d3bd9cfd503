/**
 * Memory for the columns of a batch, used again for the next: fresh megabytes for every batch would have the garbage collector
 * run for every batch. What it gives is valid until the same column is asked for again.
 */
export class Scratch {
  private readonly held = new Map<string, BigInt64Array>();

  /** Room for `length` numbers of a column, with whatever the last batch left in it. */
  room(column: string, length: number): BigInt64Array {
    let memory = this.held.get(column);
    if (memory === undefined || memory.length < length) {
      memory = new BigInt64Array(Math.ceil(1.25 * length));
      this.held.set(column, memory);
    }
    return memory.subarray(0, length);
  }
}
