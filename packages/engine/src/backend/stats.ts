/** What the onnx backend has done so far; times in milliseconds. */
export interface EngineStats {
  /** Graphs computed. */
  runs: number;
  /** Graphs compiled: a run whose structure was new. */
  compiles: number;
  cacheHits: number;
  /** Compiled graphs held now. */
  sessions: number;
  /** Memory that they were seen to take. */
  sessionBytes: number;
  recordedOps: number;
  traceMs: number;
  compileMs: number;
  runMs: number;
  /** Time in the optimiser's updates. */
  updateMs: number;
  /** Bytes of live tensors, pending or not, and of buffers waiting to be used again. */
  liveBytes: number;
  pooledBytes: number;
  threads: number;
}

export type Counters = Pick<
  EngineStats,
  'runs' | 'compiles' | 'cacheHits' | 'recordedOps' | 'traceMs' | 'compileMs' | 'runMs' | 'updateMs'
>;

export function zeroCounters(): Counters {
  return { runs: 0, compiles: 0, cacheHits: 0, recordedOps: 0, traceMs: 0, compileMs: 0, runMs: 0, updateMs: 0 };
}
