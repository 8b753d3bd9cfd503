/**
 * Computes what is pending, stage by stage: the live tensors of a stage are the outputs of one graph, and the updates that end it are
 * made in place. Runs follow each other; ops that are recorded while one is under way wait for the next.
 */
import { totalmem } from 'node:os';
import { compile } from '../graph/compile.js';
import { trace, type Trace } from '../graph/trace.js';
import { BufferPool } from './buffers.js';
import { stageOf, type LazyTensor, type Update } from '../graph/record.js';
import { Session, type SessionSettings, type Value } from './session.js';
import { SessionCache } from './session-cache.js';
import { zeroCounters, type EngineStats } from './stats.js';
import { updateVariable } from './update.js';

const CACHED_SESSIONS = 48;
/** Of the machine's memory, what compiled graphs may keep for their next runs. */
const SHARE_OF_MEMORY = 1 / 4;
/** A session's memory grows in its first run, and in the second, when its plan of the first is tried. */
const GROWING_RUNS = 2;

export class Executor {
  /** Tensors that are alive and have no value yet. */
  readonly pending = new Set<LazyTensor>();
  counters = zeroCounters();
  private updates: Update[] = [];
  private readonly buffers = new BufferPool();
  private readonly sessions = new SessionCache(CACHED_SESSIONS, totalmem() * SHARE_OF_MEMORY);
  private readonly growing = new WeakMap<Session, number>();
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly settings: SessionSettings) {}

  addUpdate(update: Update): void {
    this.updates.push(update);
  }

  stats(): Omit<EngineStats, 'liveBytes'> {
    return {
      ...this.counters,
      sessions: this.sessions.size,
      sessionBytes: this.sessions.bytes,
      pooledBytes: this.buffers.bytes,
      threads: this.settings.threads,
    };
  }

  /** Frees compiled graphs and spare buffers. */
  async trim(): Promise<void> {
    await this.queue;
    this.buffers.clear();
    await this.sessions.clear();
  }

  flush(): Promise<void> {
    const turn = this.queue.then(() => this.runStages());
    // A failed run is reported to whoever asked for it; the next one must still get its turn.
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async runStages(): Promise<void> {
    const updates = this.updates;
    this.updates = [];
    // A tensor whose run failed is asked for again by its next read, so one may be here that another run has computed since.
    const wanted = [...this.pending].filter((tensor) => !tensor.data);
    this.pending.clear();
    const uses = countUses(updates.flatMap(operandsOf));
    const read: LazyTensor[] = [];
    const stages = [...new Set([...wanted.map(stageOf), ...updates.map(({ stage }) => stage)])].sort((a, b) => a - b);
    for (const stage of stages) {
      const ending = updates.filter((update) => update.stage === stage);
      const outputs = new Set(wanted.filter((tensor) => tensor.node && stageOf(tensor) === stage));
      for (const operand of ending.flatMap(operandsOf)) if (!operand.data && operand.node) outputs.add(operand);
      read.push(...(await this.runGraph([...outputs])));
      // Nothing that comes later in this flush, or was recorded meanwhile, may still want a value that is overwritten.
      const inPlace =
        stage === stages.at(-1) || wanted.every((tensor) => stageOf(tensor) <= stage || tensor.update !== undefined);
      for (const update of ending) {
        this.runUpdate(update, (operand) => inPlace && this.pending.size === 0 && uses.get(operand) === 1);
        read.push(...operandsOf(update));
      }
    }
    // Not before the end: an update and a later stage read operands that are dead for everyone else. Ops recorded meanwhile may need them.
    if (this.pending.size === 0) for (const tensor of read) if (tensor.refCount === 0) this.buffers.give(tensor);
  }

  /** @returns what the graph has read */
  private async runGraph(outputs: readonly LazyTensor[]): Promise<readonly LazyTensor[]> {
    if (outputs.length === 0) return [];
    const started = performance.now();
    const graph = trace(outputs);
    const traced = performance.now();
    this.counters.traceMs += traced - started;

    const before = process.memoryUsage.rss();
    const session = await this.sessionFor(graph);
    const ready = performance.now();
    const values = outputs.map((tensor): Value => {
      return { shape: tensor.shape, dtype: tensor.dtype, data: this.buffers.take(tensor.shape, tensor.dtype) };
    });
    await session.run(graph.feeds.map(concrete), values);
    await this.weigh(graph.key, session, before);
    this.counters.runMs += performance.now() - ready;
    this.counters.runs++;

    outputs.forEach((tensor, i) => {
      tensor.data = values[i]?.data;
      tensor.node = undefined;
    });
    return graph.feeds;
  }

  /** Charges the cache with what a session's first runs have added to the process. */
  private async weigh(key: string, session: Session, before: number): Promise<void> {
    const run = (this.growing.get(session) ?? 0) + 1;
    if (run > GROWING_RUNS) return;
    this.growing.set(session, run);
    await this.sessions.charge(key, Math.max(0, process.memoryUsage.rss() - before));
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
    updateVariable(arrays, update.scalars, update.kept, clip);
    for (const [from, to, data] of [
      [update.parameter, update.newParameter, arrays.newParameter],
      [update.first, update.newFirst, arrays.newFirst],
      [update.second, update.newSecond, arrays.newSecond],
    ] as const) {
      // The buffer has a new owner; the dead tensor must not give it back.
      if (from.data === data) from.recyclable = false;
      to.data = data;
      to.update = undefined;
    }
    this.counters.updateMs += performance.now() - started;
  }

  private async sessionFor(graph: Trace): Promise<Session> {
    const known = this.sessions.get(graph.key);
    if (known) {
      this.counters.cacheHits++;
      return known;
    }
    const started = performance.now();
    const compiled = compile(graph);
    const session = await Session.create(compiled, this.settings);
    await this.sessions.add(graph.key, session);
    this.counters.compiles++;
    this.counters.compileMs += performance.now() - started;
    return session;
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
