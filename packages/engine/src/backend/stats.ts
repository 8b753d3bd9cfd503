/** Counters of the onnx backend, returned by `stats`; times in milliseconds. */
export interface EngineStats {
  /** Number of graphs that were run. */
  runs: number;
  /** Number of graphs that were compiled, one for each new structure. */
  compiles: number;
  /** Number of runs that used an already compiled graph. */
  cacheHits: number;
  /** Number of compiled graphs in the cache now. */
  sessions: number;
  /** Measured memory of the compiled graphs, in bytes. */
  sessionBytes: number;
  /** Number of recorded ops. */
  recordedOps: number;
  /** Time for tracing graphs from recorded ops. */
  traceMs: number;
  /** Time for compiling graphs. */
  compileMs: number;
  /** Time for running graphs. */
  runMs: number;
  /** Time for the updates of the optimizer. */
  updateMs: number;
  /** Bytes of live tensors, pending or computed. */
  liveBytes: number;
  /** Bytes of unused buffers that are kept for later tensors. */
  pooledBytes: number;
  /** Number of threads. */
  threads: number;
}

/** The counters that `resetStats` sets to zero. */
export type Counters = Pick<
  EngineStats,
  'runs' | 'compiles' | 'cacheHits' | 'recordedOps' | 'traceMs' | 'compileMs' | 'runMs' | 'updateMs'
>;

/** Returns counters of zero. */
export function zeroCounters(): Counters {
  return { runs: 0, compiles: 0, cacheHits: 0, recordedOps: 0, traceMs: 0, compileMs: 0, runMs: 0, updateMs: 0 };
}
