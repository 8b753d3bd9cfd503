import { ArgumentError } from '@geneformer-ts/core';

/**
 * Order of the calls of a writer: one at a time, and none after the end. Two calls at once would share memory, and a failed
 * one leaves an incomplete shard; both would give a folder with wrong rows.
 */
export class WriterCalls {
  private running: Promise<void> | undefined;
  private ended: 'closed' | 'aborted' | undefined;
  private failure: unknown;

  /**
   * @param prepare checks the rows; if it throws, nothing was written and the next call may follow
   * @throws ArgumentError for a call out of order; what `prepare` and `write` throw
   */
  async append<Rows>(prepare: () => Rows, write: (rows: Rows) => Promise<void>): Promise<void> {
    this.begin('append');
    const rows = prepare();
    await this.hold(write(rows));
  }

  /** Closing twice is allowed. @throws ArgumentError for a call out of order; the failure of an earlier call */
  async close(work: () => Promise<void>): Promise<void> {
    if (this.ended === 'closed') return;
    this.begin('close');
    await this.hold(work());
    this.ended = 'closed';
  }

  /** Waits for the running call. Does nothing after `close`. */
  async abort(work: () => Promise<void>): Promise<void> {
    if (this.ended === 'closed') return;
    await this.running?.catch(() => undefined);
    this.ended = 'aborted';
    await work();
  }

  private begin(method: string): void {
    if (this.ended) {
      throw new ArgumentError(
        method,
        `the dataset was ${this.ended}`,
        'begin a new one with createDataset or appendDataset',
      );
    }
    if (this.running) {
      // The rows of this call are missing from now on.
      const problem = 'was called before the call before it had ended';
      this.failure ??= new ArgumentError(method, problem, 'await every append, then close; abort this dataset');
    }
    if (this.failure !== undefined) throw this.failure;
  }

  private async hold(work: Promise<void>): Promise<void> {
    this.running = work;
    try {
      await work;
    } catch (cause) {
      this.failure ??= cause;
      throw cause;
    } finally {
      this.running = undefined;
    }
  }
}
