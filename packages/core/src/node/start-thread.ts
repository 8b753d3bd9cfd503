import { availableParallelism, process, Worker, type WorkerOptions } from '#system';
import { ArgumentError } from '../errors.js';

/** Options of node that describe the program given on its command line; a thread that inherits them cannot start. */
const PROGRAM_OPTIONS = new Set(['--input-type', '--eval', '-e', '--print', '-p', '-pe', '--check', '-c']);

/**
 * Returns a number of threads that the machine can carry: the one asked for, but at most four times the cores (and 8 on a
 * small machine). More only cost memory, and a million end the process.
 *
 * @throws ArgumentError when `asked` is not a whole number of at least 1
 */
export function threadCount(option: string, asked: number): number {
  if (!Number.isInteger(asked) || asked < 1) throw ArgumentError.of(option, asked, 'a whole number of at least 1');
  return Math.min(asked, Math.max(8, 4 * availableParallelism()));
}

/**
 * Starts a worker thread. Threads inherit node's options, but those that say how to read the program of `node --eval` make every thread
 * fail.
 *
 * @param program a module, or its code with `eval`
 */
export function startThread(program: URL | string, options: WorkerOptions = {}): Worker {
  const execArgv = inheritedOptions(process.execArgv);
  // Node refuses options of the whole process, such as --max-old-space-size, in this list, but not where a thread inherits all.
  if (execArgv.length === process.execArgv.length) return new Worker(program, options);
  try {
    return new Worker(program, { execArgv, ...options });
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    if (code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw cause;
    // They hold for every thread of the process anyway.
    const refused = new Set(message.slice(message.indexOf(': ') + 2).split(', '));
    return new Worker(program, { execArgv: execArgv.filter((option) => !refused.has(option)), ...options });
  }
}

/**
 * Returns the options of node that a thread can inherit.
 *
 * @example
 * inheritedOptions(['--input-type=module', '-e', 'run()', '--max-old-space-size=4000']); // ['--max-old-space-size=4000']
 */
export function inheritedOptions(options: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < options.length; i++) {
    const [name = '', value] = options[i].split('=', 2);
    if (!PROGRAM_OPTIONS.has(name)) kept.push(options[i]);
    // Without `=` the value is the next word.
    else if (value === undefined && options[i + 1]?.startsWith('-') === false) i++;
  }
  return kept;
}
