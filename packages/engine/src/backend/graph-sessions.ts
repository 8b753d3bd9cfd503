/**
 * Finds or compiles the session for a graph. The first graph of a structure is compiled for its own sizes. When the structure occurs with
 * other sizes, it is compiled once more, with the sizes as inputs, and this session serves all later sizes. So cells of a thousand
 * lengths need two compilations, not a thousand.
 */
import { encode, lower, type Lowered } from '../graph/compile.js';
import { sizesOf, skeletonOf } from '../graph/skeleton.js';
import type { Trace } from '../graph/trace.js';
import { OnnxRuntimeError } from '../errors.js';
import type { TensorConstant } from '../onnx/model.js';
import { Session, type SessionSettings } from './session.js';
import type { SessionCache } from './session-cache.js';

/** Graphs and structures that are remembered. A forgotten graph is lowered again, a forgotten structure compiled again. */
const REMEMBERED = 256;

/** How to run a graph. */
interface Plan {
  /** Key of the session in the cache. */
  sessionKey: string;
  /** Sizes that the session gets as inputs. */
  sizes: readonly TensorConstant[];
}

/** Graphs of one structure. */
interface Family {
  /** Key of the first graph, and its sizes. */
  firstKey: string;
  first: ReadonlyMap<string, TensorConstant>;
  /** Names of the sizes that differ between graphs. */
  varying: Set<string>;
  /** Whether ONNX Runtime refused to compile the structure without fixed sizes. */
  onlyFixed: boolean;
}

/** A session with the sizes of a graph. */
export interface GraphSession extends Plan {
  session: Session;
  /** Whether the session was compiled for this graph. */
  isNew: boolean;
  /** Whether the graph runs for the first time. */
  isFirstRun: boolean;
}

/** Sessions of a backend, by graph. */
export class GraphSessions {
  private readonly plans = new Map<string, Plan>();
  private readonly families = new Map<string, Family>();

  constructor(
    private readonly settings: SessionSettings,
    private readonly cache: SessionCache,
  ) {}

  /**
   * Returns the session for a graph.
   *
   * @throws {OnnxRuntimeError}
   * @throws {OutOfMemoryError}
   */
  async for(trace: Trace): Promise<GraphSession> {
    const plan = this.plans.get(trace.key);
    const session = plan && this.cache.get(plan.sessionKey);
    if (session) return { ...plan, session, isNew: false, isFirstRun: false };
    const graph = lower(trace);
    const skeleton = skeletonOf(graph);
    const family = this.families.get(skeleton);
    if (family && !family.onlyFixed && family.firstKey !== trace.key) {
      const found = await this.forAnySizes(skeleton, family, graph, constantsOf(trace));
      if (found) return this.planned(trace.key, found);
    }
    if (!family) {
      const first = { firstKey: trace.key, first: sizesOf(graph) };
      remember(this.families, skeleton, { ...first, varying: new Set<string>(), onlyFixed: false });
    }
    const made = await Session.create(encode(graph), this.settings);
    this.cache.add(trace.key, made, constantsOf(trace));
    return this.planned(trace.key, { sessionKey: trace.key, sizes: [], session: made, isNew: true, isFirstRun: true });
  }

  private async forAnySizes(
    skeleton: string,
    family: Family,
    graph: Lowered,
    constants: readonly number[],
  ): Promise<GraphSession | undefined> {
    const sizes = sizesOf(graph);
    for (const [name, size] of sizes) {
      if (!equalBytes(size.bytes, family.first.get(name)?.bytes)) family.varying.add(name);
    }
    const names = [...family.varying];
    const sessionKey = `${skeleton}|${names.join()}`;
    const plan = { sessionKey, sizes: names.map((name) => sizes.get(name) as TensorConstant) };
    const known = this.cache.get(sessionKey);
    if (known) return { ...plan, session: known, isNew: false, isFirstRun: true };
    try {
      const session = await Session.create(encode(graph, family.varying), { ...this.settings, anySizes: true });
      this.cache.add(sessionKey, session, constants);
      return { ...plan, session, isNew: true, isFirstRun: true };
    } catch (cause) {
      if (!(cause instanceof OnnxRuntimeError)) throw cause;
      family.onlyFixed = true;
      return undefined;
    }
  }

  private planned(key: string, found: GraphSession): GraphSession {
    remember(this.plans, key, { sessionKey: found.sessionKey, sizes: found.sizes });
    return found;
  }
}

function constantsOf({ constants }: Trace): number[] {
  return constants.flatMap(({ constant }) => constant?.id ?? []);
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  if (map.size > REMEMBERED) map.delete(map.keys().next().value as string);
}

function equalBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
