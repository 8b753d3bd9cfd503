import { process } from '@geneformer-ts/core/system';
import { printable, type Progress, type ProgressEvent } from '@geneformer-ts/core';

/** The part of a terminal that a progress line needs. */
export interface LineTerminal {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  write(text: string): unknown;
}

/** A progress line, and how to erase it before other output. */
export interface ProgressLine {
  report: Progress;
  clear(): void;
}

/** Least time between two drawings, so that a fast job does not flood the terminal. */
const REDRAW_MS = 100;
const BAR = 20;

/** What each stage does, as a person would say it. */
const verbs: Readonly<Record<string, string>> = {
  tokenize: 'reading cells',
  embed: 'embedding',
  prepare: 'encoding',
  finetune: 'training',
  pretrain: 'pretraining',
  predict: 'annotating',
  download: 'downloading',
  vocabulary: 'counting genes',
  write: 'writing',
};

/**
 * Draws one line of progress on a terminal, which the next drawing replaces. On anything else, such as a pipe or a log, it
 * draws nothing.
 *
 * @example
 * const line = progressLine({ isTTY: true, columns: 80, write: (text) => shown.push(text) });
 * line.report({ stage: 'embed', done: 50, total: 100, unit: 'cells' });
 * // embedding     ██████████░░░░░░░░░░  50 %  50 of 100 cells
 */
export function progressLine(terminal: LineTerminal, clock: () => number = () => performance.now()): ProgressLine {
  let drawnAt = -Infinity;
  let stage = '';
  let startedAt = 0;
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) terminal.write('\r\u001b[2K');
    isDrawn = false;
  };
  const report: Progress = (event) => {
    if (terminal.isTTY !== true) return;
    const now = clock();
    if (event.stage !== stage) [stage, startedAt, drawnAt] = [event.stage, now, -Infinity];
    const isLast = event.done >= event.total;
    if (now - drawnAt < REDRAW_MS && !isLast) return;
    drawnAt = now;
    const text = lineOf(event, (now - startedAt) / 1000);
    terminal.write(`\r\u001b[2K${printable(text).slice(0, Math.max(20, (terminal.columns ?? 80) - 1))}`);
    isDrawn = true;
  };
  return { report, clear };
}

function lineOf({ stage, done, total, unit, detail }: ProgressEvent, seconds: number): string {
  const verb = (verbs[stage] ?? stage).padEnd(13);
  if (!(total > 0)) return `${verb} ${count(done, unit)}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled);
  const left = share > 0.02 && seconds > 1 && share < 1 ? `  ${duration((seconds * (1 - share)) / share)} left` : '';
  const percent = `${Math.floor(100 * share)}`.padStart(3);
  // A path says nothing that the command line does not, and would push out the time that is left.
  const more = detail && !/[\\/]|\.\w+$/.test(detail) ? `  ${detail}` : '';
  return `${verb} ${bar} ${percent} %  ${count(done, unit)} of ${count(total, unit)} ${unit === 'bytes' ? '' : unit}${more}${left}`;
}

function count(value: number, unit: string): string {
  return unit === 'bytes' ? size(value) : Math.round(value).toLocaleString('en-US');
}

/** Returns a number of bytes for people: `41.2 MB`. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Returns a duration for people: `9.5 s`, `1 min 8 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`;
}

let shared: ProgressLine | undefined;

/**
 * Returns the progress that a call reports to: that of the caller, nothing for `false`, and by default a line on standard
 * error if it is a terminal.
 */
export function progressOf(given: Progress | false | undefined): { report: Progress; clear: () => void } {
  if (given === false) return { report: () => undefined, clear: () => undefined };
  if (given) return { report: given, clear: () => undefined };
  shared ??= progressLine(process.stderr);
  return shared;
}
