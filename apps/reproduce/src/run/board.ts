/**
 * Shows a run: one line per task that ran, and on a terminal a last line, redrawn in place, with the tasks that run now, `task k of n` and the
 * time left. Cached tasks are only counted. Elsewhere than on a terminal nothing is redrawn.
 */
import { printable, type ProgressEvent } from '@geneformer-ts/core';
import type { Manifest } from './manifest.js';
import type { Task } from './plan.js';
import { duration, type Terminal } from './terminal.js';

const REDRAW_MS = 100;

export class Board {
  private readonly seconds = new Map<Task, number | undefined>();
  /** Seconds of the tasks that ran, by stage. */
  private readonly taken = new Map<string, number[]>();
  private readonly running = new Map<Task, { since: number; event: ProgressEvent | undefined }>();
  private readonly unfinished = new Set<Task>();
  private readonly startedAt: number;
  private ranCount = 0;
  private cachedCount = 0;
  private drawnAt = -Infinity;
  private isDrawn = false;

  constructor(
    private readonly terminal: Terminal,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = now();
  }

  /** Names all tasks. @param secondsOf how long a task took the last time */
  async expect(tasks: readonly Task[], secondsOf: (task: Task) => Promise<number | undefined>): Promise<void> {
    for (const task of tasks) {
      this.unfinished.add(task);
      this.seconds.set(task, await secondsOf(task));
    }
  }

  cached(task: Task): void {
    this.unfinished.delete(task);
    this.cachedCount++;
  }

  started(task: Task): void {
    this.running.set(task, { since: this.now(), event: undefined });
    this.draw();
  }

  progress(task: Task, event: ProgressEvent): void {
    const own = this.running.get(task);
    if (own) own.event = event;
    this.draw();
  }

  ran(task: Task, { seconds }: Pick<Manifest, 'seconds'>): void {
    this.unfinished.delete(task);
    this.running.delete(task);
    this.ranCount++;
    this.taken.set(task.stage, [...(this.taken.get(task.stage) ?? []), seconds]);
    const name = printable(task.name, 100);
    this.print(`${this.paint('✓', 32)} ${name.padEnd(36)} ${duration(seconds).padStart(11)}  ${this.place()}`);
    this.draw();
  }

  /** Prints a notice, such as a recomputed output. */
  readonly notice = (line: string): void => this.print(printable(line, 400));

  /** Removes the redrawn line, so that an error starts on an empty line. */
  failed(): void {
    this.clear();
  }

  /** Prints how many tasks were cached. */
  end(): void {
    this.clear();
    const all = this.cachedCount + this.ranCount;
    const time = duration((this.now() - this.startedAt) / 1000);
    this.print(
      `${this.cachedCount} of ${all} stages cached${this.ranCount > 0 ? `, ${this.ranCount} ran in ${time}` : ''}`,
    );
  }

  /** Returns the line with what runs now. */
  line(): string {
    const shown = [...this.running].map(([task, { event }]) => shownTask(task, event));
    const left = this.secondsLeft() ?? 0; // a task may take longer than the last time
    return [this.place(1), ...(left < 1 ? [] : [`${duration(left)} left`]), ...shown].join('  ');
  }

  private place(ahead = 0): string {
    const all = this.seconds.size;
    return `task ${Math.min(all, this.ranCount + this.cachedCount + ahead)} of ${all}`;
  }

  /** Returns the seconds until all tasks have run; undefined while no earlier run tells how long one of them takes. */
  private secondsLeft(): number | undefined {
    let total = 0;
    for (const task of this.unfinished) {
      const own = this.seconds.get(task) ?? mean(this.taken.get(task.stage));
      if (own === undefined) return undefined;
      const since = this.running.get(task)?.since;
      const rest = since === undefined ? own : Math.max(0, own - (this.now() - since) / 1000);
      total += task.cores === 'half' ? rest / 2 : rest;
    }
    return total;
  }

  private draw(): void {
    if (!this.terminal.isTTY || this.now() - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = this.now();
    this.terminal.write(`\r\x1b[2K${this.line().slice(0, (this.terminal.columns ?? 80) - 1)}`);
    this.isDrawn = true;
  }

  private clear(): void {
    if (this.isDrawn) this.terminal.write('\r\x1b[2K');
    this.isDrawn = false;
    this.drawnAt = -Infinity;
  }

  private print(line: string): void {
    this.clear();
    this.terminal.write(`${line}\n`);
  }

  private paint(text: string, color: number): string {
    return this.terminal.hasColor ? `\x1b[${color}m${text}\x1b[39m` : text;
  }
}

/** Formats a running task, for example `pretrain 30 %, steps 120/400, loss 5.21`. */
function shownTask({ name }: Task, event: ProgressEvent | undefined): string {
  if (!event) return printable(name, 100);
  const { done, total, unit, detail } = event;
  const parts = [
    `${name} ${Math.floor((100 * done) / Math.max(1, total))} %`,
    `${unit} ${count(done)}/${count(total)}`,
  ];
  return [...parts, ...(detail ? [detail] : [])].map((part) => printable(part, 100)).join(', ');
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

function mean(values: readonly number[] | undefined): number | undefined {
  return values && values.reduce((sum, value) => sum + value, 0) / values.length;
}
