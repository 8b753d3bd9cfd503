/**
 * Computes pending tensors stage by stage: the live tensors of a stage are the outputs of one graph, and the updates at its end are made
 * in place. There is one run at a time; ops recorded during a run are computed in the next one.
 */
import { totalmem } from '@geneformer-ts/core/system';
import { CACHED_SESSIONS, memoryInUse } from '#runtime';
import { trace, type Trace } from '../graph/trace.js';
import { BufferPool } from './buffers.js';
import { stageOf, type LazyTensor, type Update } from '../graph/record.js';
import { type GraphSession, GraphSessions } from './graph-sessions.js';
import type { Session, SessionSettings, Value } from './session.js';
import { SessionCache } from './session-cache.js';
import { zeroCounters, type EngineStats } from './stats.js';
import { updateVariable } from './update.js';

/** Share of the machine's memory that compiled graphs may use. */
const SHARE_OF_MEMORY = 1 / 4;
/** Runs in which the memory of a session grows: the first, and the second, which uses the memory plan made in the first. */
const GROWING_RUNS = 2;

/** Runs the graphs and updates of one backend. */
export class Executor {
  /** Live tensors without a value. */
  readonly pending = new Set<LazyTensor>();
  counters = zeroCounters();
  private updates: Update[] = [];
  private readonly buffers = new BufferPool();
  private readonly sessions = new SessionCache(CACHED_SESSIONS, totalmem() * SHARE_OF_MEMORY);
  private readonly graphSessions: GraphSessions;
  private readonly growing = new WeakMap<Session, number>();
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly settings: SessionSettings) {
    this.graphSessions = new GraphSessions(settings, this.sessions);
  }

  /** Adds an update to the next run. */
  addUpdate(update: Update): void {
    this.updates.push(update);
  }

  /** Returns the current counters. */
  stats(): Omit<EngineStats, 'liveBytes'> {
    return {
      ...this.counters,
      sessions: this.sessions.size,
      sessionBytes: this.sessions.bytes,
      pooledBytes: this.buffers.bytes,
      threads: this.settings.threads,
    };
  }

  /** Frees compiled graphs and unused buffers. */
  async trim(): Promise<void> {
    await this.queue;
    this.buffers.clear();
    this.sessions.clear();
  }

  /** Frees the graphs that have one of these constants, after the runs that were requested before. */
  forget(constants: ReadonlySet<number>): void {
    this.queue = this.queue.then(() => this.sessions.dropWith(constants));
  }

  /**
   * Computes all pending tensors and updates.
   *
   * @throws {OnnxRuntimeError}
   * @throws {OutOfMemoryError}
   */
  flush(): Promise<void> {
    const run = this.queue.then(() => this.runStages());
    // The caller gets the error of a failed run; the next run must still start.
    this.queue = run.catch(() => undefined);
    return run;
  }

  private async runStages(): Promise<void> {
    const updates = this.updates;
    this.updates = [];
    // A read after a failed run adds its tensor again, so another run may have computed it already.
    const requested = [...this.pending].filter((tensor) => !tensor.data);
    this.pending.clear();
    const uses = countUses(updates.flatMap(operandsOf));
    const read: LazyTensor[] = [];
    const stages = [...new Set([...requested.map(stageOf), ...updates.map(({ stage }) => stage)])].sort(
      (a, b) => a - b,
    );
    for (const stage of stages) {
      const stageUpdates = updates.filter((update) => update.stage === stage);
      const outputs = new Set(requested.filter((tensor) => tensor.node && stageOf(tensor) === stage));
      for (const operand of stageUpdates.flatMap(operandsOf)) if (!operand.data && operand.node) outputs.add(operand);
      read.push(...(await this.runGraph([...outputs])));
      // A value may be overwritten only if no later stage of this flush and no newly recorded op needs it.
      const inPlace =
        stage === stages.at(-1) || requested.every((tensor) => stageOf(tensor) <= stage || tensor.update !== undefined);
      for (const update of stageUpdates) {
        this.runUpdate(update, (operand) => inPlace && this.pending.size === 0 && uses.get(operand) === 1);
        read.push(...operandsOf(update));
      }
    }
    // Buffers return to the pool at the end, because updates, later stages and newly recorded ops may read dead tensors.
    if (this.pending.size === 0) for (const tensor of read) if (tensor.refCount === 0) this.buffers.give(tensor);
  }

  /** Computes tensors in one graph and returns the operands of the graph. */
  private async runGraph(outputs: readonly LazyTensor[]): Promise<readonly LazyTensor[]> {
    if (outputs.length === 0) return [];
    const started = performance.now();
    const graph = trace(outputs);
    const traced = performance.now();
    this.counters.traceMs += traced - started;

    const before = memoryInUse();
    const found = await this.sessionFor(graph);
    const ready = performance.now();
    const values = outputs.map((tensor): Value => {
      return { shape: tensor.shape, dtype: tensor.dtype, data: this.buffers.take(tensor.shape, tensor.dtype) };
    });
    await found.session.run(graph.feeds.map(concrete), values, found.sizes);
    this.measureMemory(found, before);
    this.counters.runMs += performance.now() - ready;
    this.counters.runs++;

    outputs.forEach((tensor, i) => {
      tensor.data = values[i]?.data;
      tensor.node = undefined;
    });
    return graph.feeds;
  }

  /**
   * Adds the growth of the process to the memory of a session in the cache, in the runs in which it grows: the first ones, and those with
   * new sizes.
   */
  private measureMemory({ session, sessionKey, isFirstRun }: GraphSession, before: number): void {
    const run = (this.growing.get(session) ?? 0) + 1;
    if (run > GROWING_RUNS && !isFirstRun) return;
    this.growing.set(session, run);
    this.sessions.charge(sessionKey, Math.max(0, memoryInUse() - before));
  }

  private runUpdate(update: Update, mayOverwrite: (operand: LazyTensor) => boolean): void {
    const started = performance.now();
    const target = (from: LazyTensor): Float32Array => {
      const own = mayOverwrite(from) && from.refCount === 0 && from.recyclable;
      return (own ? from.data : this.buffers.take(from.shape, 'float32')) as Float32Array;
    };
    const arrays = {
      parameter: concrete(update.parameter).data as Float32Array,
      first: concrete(update.first).data as Float32Array,
      second: concrete(update.second).data as Float32Array,
      gradient: concrete(update.gradient).data as Float32Array,
      newParameter: target(update.parameter),
      newFirst: target(update.first),
      newSecond: target(update.second),
    };
    const clip = update.clip ? (concrete(update.clip).data[0] ?? 1) : 1;
    updateVariable(arrays, update.scalars, update.decayFactor, clip);
    for (const [from, to, data] of [
      [update.parameter, update.newParameter, arrays.newParameter],
      [update.first, update.newFirst, arrays.newFirst],
      [update.second, update.newSecond, arrays.newSecond],
    ] as const) {
      // The buffer belongs to the new tensor, so the dead one must not return it to the pool.
      if (from.data === data) from.recyclable = false;
      to.data = data;
      to.update = undefined;
    }
    this.counters.updateMs += performance.now() - started;
  }

  private async sessionFor(graph: Trace): Promise<GraphSession> {
    const started = performance.now();
    const found = await this.graphSessions.for(graph);
    if (found.isNew) {
      this.counters.compiles++;
      this.counters.compileMs += performance.now() - started;
    } else {
      this.counters.cacheHits++;
    }
    return found;
  }
}

function operandsOf({ parameter, first, second, gradient, clip }: Update): LazyTensor[] {
  return clip ? [parameter, first, second, gradient, clip] : [parameter, first, second, gradient];
}

function countUses(tensors: readonly LazyTensor[]): Map<LazyTensor, number> {
  const uses = new Map<LazyTensor, number>();
  for (const tensor of tensors) uses.set(tensor, (uses.get(tensor) ?? 0) + 1);
  return uses;
}

function concrete(tensor: LazyTensor): Value {
  if (!tensor.data) throw new Error(`an operand of shape [${tensor.shape.join()}] has no value`);
  return { shape: tensor.shape, dtype: tensor.dtype, data: tensor.data };
}
