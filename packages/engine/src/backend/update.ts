/**
 * The AdamW update of the onnx backend. It is memory-bound, so it does not go through the recorded graph, where every intermediate
 * would travel to memory and back and every parameter would exist twice: one small session walks over a variable in pieces that fit the
 * cache and writes the results where the operands were.
 */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GraphBuilder } from '../graph/builder.js';
import { encodeModel, type ValueInfo } from '../onnx/model.js';
import { WITHOUT_SPINNING, type SessionSettings } from './session.js';
import { OnnxRuntimeError } from '../errors.js';

export interface AdamWScalars {
  beta1: number;
  beta2: number;
  /** Learning rate with both bias corrections. */
  size: number;
  /** Epsilon with the second bias correction. */
  floor: number;
}

/** Arrays of one variable. The last three are written; they may be the first three. */
export interface AdamWArrays {
  parameter: Float32Array;
  first: Float32Array;
  second: Float32Array;
  gradient: Float32Array;
  newParameter: Float32Array;
  newFirst: Float32Array;
  newSecond: Float32Array;
}

/** Elements of a piece: seven arrays of it fit a second-level cache of 1 MiB. */
const PIECE = 1 << 15;

const ARRAYS = ['parameter', 'first', 'second', 'gradient'] as const;
const RESULTS = ['newParameter', 'newFirst', 'newSecond'] as const;
const SCALARS = ['decay1', 'rest1', 'decay2', 'rest2', 'size', 'floor', 'kept'] as const;

export class UpdateSession {
  private constructor(private readonly native: InferenceSession) {}

  static async create(settings: SessionSettings): Promise<UpdateSession> {
    try {
      return new UpdateSession(
        await InferenceSession.create(model(), {
          executionProviders: ['cpu'],
          intraOpNumThreads: settings.threads,
          interOpNumThreads: 1,
          logSeverityLevel: 4,
          extra: WITHOUT_SPINNING,
        }),
      );
    } catch (cause) {
      throw new OnnxRuntimeError('compile', undefined, 'the AdamW update', cause);
    }
  }

  /**
   * @param kept what weight decay leaves of the parameter
   * @param clip factor on the gradient
   */
  async run(arrays: AdamWArrays, scalars: AdamWScalars, kept: number, clip: number): Promise<void> {
    const { beta1, beta2, size, floor } = scalars;
    // Clipping is part of the factors that the gradient and its square have anyway.
    const values = {
      decay1: beta1,
      rest1: (1 - beta1) * clip,
      decay2: beta2,
      rest2: (1 - beta2) * clip * clip,
      size,
      floor,
      kept,
    };
    const shared: Record<string, Tensor> = {};
    for (const name of SCALARS) shared[name] = new Tensor('float32', Float32Array.of(values[name]), []);
    const total = arrays.parameter.length;
    const whole = total - (total % PIECE);
    const spans: [number, number, number][] = [];
    if (whole > 0) spans.push([0, whole, PIECE]);
    if (total > whole) spans.push([whole, total, total - whole]);
    for (const [start, end, piece] of spans) {
      const view = (values: Float32Array): Tensor =>
        new Tensor('float32', values.subarray(start, end), [(end - start) / piece, piece]);
      const feeds = { ...shared };
      const fetches: Record<string, Tensor> = {};
      for (const name of ARRAYS) feeds[name] = view(arrays[name]);
      for (const name of RESULTS) fetches[name] = view(arrays[name]);
      try {
        await this.native.run(feeds, fetches);
      } catch (cause) {
        throw new OnnxRuntimeError('run', undefined, `the AdamW update of ${total} parameters`, cause);
      }
    }
  }

  async release(): Promise<void> {
    await this.native.release();
  }
}

function model(): Uint8Array {
  const outer = new GraphBuilder();
  const type = 'float32' as const;
  const inputs = ARRAYS.map((name) => ({ name, type, dims: ['piece'] }));
  const results = RESULTS.map((name) => ({ name, type, dims: ['piece'] }));
  outer.scan({ inputs, results }, (g, _states, [parameter = '', first = '', second = '', gradient = '']) => {
    const m = g.op('Add', [g.op('Mul', [first, 'decay1']), g.op('Mul', [gradient, 'rest1'])]);
    const squared = g.op('Mul', [g.op('Mul', [gradient, gradient]), 'rest2']);
    const v = g.op('Add', [g.op('Mul', [second, 'decay2']), squared]);
    const direction = g.op('Div', [m, g.op('Add', [g.op('Sqrt', [v]), 'floor'])]);
    // The old parameter is read before the new one, which may lie in the same place, is written.
    return [g.op('Sub', [g.op('Mul', [parameter, 'kept']), g.op('Mul', [direction, 'size'])]), m, v];
  });
  const rows = (name: string): ValueInfo => ({ name, type, dims: ['pieces', 'piece'] });
  return encodeModel({
    nodes: outer.nodes,
    constants: outer.constants,
    inputs: [...ARRAYS.map(rows), ...SCALARS.map((name): ValueInfo => ({ name, type, dims: [] }))],
    outputs: RESULTS.map(rows),
  });
}
