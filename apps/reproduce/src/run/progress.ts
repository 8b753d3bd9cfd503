import { printable, type Progress, type ProgressEvent } from '@geneformer-ts/core';
import { progressTerminal, type Terminal } from './terminal.js';

/**
 * Shows the progress of a stage, its rate and the remaining time in one line. On a terminal the line is redrawn in place; elsewhere
 * a plain line is printed every ten seconds. A stage that takes less than a second prints nothing.
 */
const REDRAW_MS = 100;
const PLAIN_MS = 10_000;
const SILENT_MS = 1_000;

export class ProgressLine {
  private started = 0;
  private printed = 0;
  private current = '';
  private drawn = false;

  constructor(
    private readonly label: string,
    private readonly terminal: Terminal = progressTerminal(),
    private readonly now: () => number = () => performance.now(),
  ) {}

  readonly report: Progress = (event) => {
    const time = this.now();
    if (event.stage !== this.current) {
      this.current = event.stage;
      this.started = time;
      this.printed = time;
      return;
    }
    const elapsed = time - this.started;
    const finished = event.done >= event.total;
    const interval = this.terminal.isTTY ? REDRAW_MS : PLAIN_MS;
    if (elapsed < SILENT_MS || (time - this.printed < interval && !finished)) return;
    this.printed = time;
    const line = formatProgress(this.label, event, elapsed);
    if (this.terminal.isTTY) {
      this.terminal.write(`\r\x1b[2K${line.slice(0, (this.terminal.columns ?? 80) - 1)}`);
      this.drawn = true;
    } else {
      this.terminal.write(`${line}\n`);
    }
  };

  /** Clears the redrawn line, so that the next output starts on an empty line. */
  end(): void {
    if (this.drawn) this.terminal.write('\r\x1b[2K');
    this.drawn = false;
  }
}

/** Formats a progress line, for example `pretrain  steps 120/400  30 %  4.1 steps/s  1 min 8 s left  loss 5.21`. */
export function formatProgress(label: string, event: ProgressEvent, elapsedMs: number): string {
  const { stage, done, total, unit, detail } = event;
  const rate = done / (elapsedMs / 1000);
  const parts = [
    stage === label ? label : `${label}: ${stage}`,
    `${unit} ${count(done)}/${count(total)}`,
    `${Math.floor((100 * done) / Math.max(1, total))} %`,
    `${rate >= 100 ? count(Math.round(rate)) : rate.toPrecision(2)} ${unit}/s`,
  ];
  // The first hundredth of the work does not predict the rest.
  if (done >= total / 100 && done < total) parts.push(`${duration((total - done) / rate)} left`);
  if (detail) parts.push(detail);
  return parts.map((part) => printable(part, 200)).join('  ');
}

export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h) return `${h} h ${m} min`;
  return m ? `${m} min ${s} s` : `${s} s`;
}

function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
