/** Chooses the threads of the onnx backend by what other processes leave free. */
import { readCount } from '@geneformer-ts/core/node';
import { availableParallelism, cpus } from 'node:os';

/** Threads of a backend, and whether they spin while they wait for the next op of a graph. */
export interface Threads {
  threads: number;
  spin: boolean;
}

/** What the caller sets of {@link Threads}. */
type Given = { [name in keyof Threads]?: Threads[name] | undefined };

/** More threads than any machine has cores, so a larger number is a mistake. */
export const MOST_THREADS = 1024;
/** Long enough for several ticks of the clocks of a processor, which count in steps of 10 ms. */
const MEASURED_MS = 60;
/** Work of other processes, in cores, that leaves this process all cores: the usual noise of a machine. */
const NOISE = 0.5;

/**
 * Returns the given threads, completed. The number is `GENEFORMER_THREADS` if that is set. Otherwise number and spinning depend on the
 * cores that other processes keep busy at this moment: if all are free there is one thread per core, and threads spin. Else there is one
 * thread per free core, at least one, without spinning: a thread that spins while it waits for a thread without a core takes time from all
 * of them.
 *
 * @throws {EnvironmentError} unless `GENEFORMER_THREADS` is a whole number from 1 to 1024
 */
export async function chooseThreads(given: Given, busy: () => Promise<number> = busyCores): Promise<Threads> {
  const threads = given.threads ?? readCount('GENEFORMER_THREADS', { max: MOST_THREADS });
  if (threads !== undefined && given.spin !== undefined) return { threads, spin: given.spin };
  return fitThreads({ threads, spin: given.spin }, availableParallelism(), await busy());
}

/** Returns the threads for a number of cores, of which other processes keep `busy` busy. */
export function fitThreads({ threads, spin }: Given, cores: number, busy: number): Threads {
  const free = busy < NOISE ? cores : Math.max(1, cores - Math.round(busy));
  const chosen = threads ?? free;
  // One thread never waits for another.
  return { threads: chosen, spin: spin ?? (chosen === 1 || busy < NOISE || chosen < free) };
}

/** Returns the number of cores that other processes keep busy, 0 where the system does not tell. */
async function busyCores(): Promise<number> {
  const before = clocks();
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  const after = clocks();
  const elapsed = after.total - before.total;
  if (!(elapsed > 0)) return 0;
  const busy = elapsed - (after.idle - before.idle) - (after.own - before.own);
  return Math.max(0, (busy / elapsed) * after.cores);
}

/** Returns times in milliseconds: of all cores, of their idling, and of this process. */
function clocks(): { total: number; idle: number; own: number; cores: number } {
  const all = cpus();
  const { user, system } = process.cpuUsage();
  let total = 0;
  let idle = 0;
  for (const { times } of all) {
    total += times.user + times.nice + times.sys + times.idle + times.irq;
    idle += times.idle;
  }
  return { total, idle, own: (user + system) / 1000, cores: all.length };
}
