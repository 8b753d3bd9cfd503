import { GeneformerError } from '@geneformer-ts/core';

/** Thrown when the package of a backend is not installed. */
export class BackendMissingError extends GeneformerError {
  readonly tag = 'BackendMissingError';

  constructor(
    readonly backend: string,
    readonly packageName: string,
    cause: unknown,
  ) {
    super(
      `backend '${backend}' needs the optional package ${packageName}, which could not be loaded; ` +
        `install it (it downloads a native library), or use backend 'onnx'`,
      { cause },
    );
  }
}

/** Thrown when a backend or its device does not exist or cannot start on this machine. */
export class BackendUnavailableError extends GeneformerError {
  readonly tag = 'BackendUnavailableError';

  constructor(
    readonly backend: string,
    readonly reason: string,
    cause?: unknown,
  ) {
    super(`backend '${backend}' cannot be used: ${reason}`, { cause });
  }
}

/** Thrown when a tensor is created before a backend is selected. */
export class BackendNotSelectedError extends GeneformerError {
  readonly tag = 'BackendNotSelectedError';

  constructor() {
    super("no backend is selected; call await useBackend('onnx') of @geneformer-ts/engine first");
  }
}

/** Thrown when `dataSync()`, or a function that calls it, is called on a pending tensor. */
export class SyncReadError extends GeneformerError {
  readonly tag = 'SyncReadError';

  constructor(
    readonly shape: readonly number[],
    readonly dtype: string,
  ) {
    super(
      `dataSync() on a pending ${dtype} tensor [${shape.join(', ')}]: the onnx backend computes tensors asynchronously; ` +
        `use 'await tensor.data()' or 'await tensor.array()' instead`,
    );
  }
}

/** Thrown when a tensor was disposed before it was read. */
export class DisposedTensorError extends GeneformerError {
  readonly tag = 'DisposedTensorError';

  constructor(
    readonly shape: readonly number[],
    readonly dtype: string,
  ) {
    super(
      `a ${dtype} tensor [${shape.join(', ')}] was disposed while it was being read; await the read before leaving tf.tidy or disposing it`,
    );
  }
}

/** Thrown for a dtype that the onnx backend does not support. */
export class DtypeError extends GeneformerError {
  readonly tag = 'DtypeError';

  constructor(
    readonly dtype: string,
    readonly where: string,
  ) {
    super(`${where}: dtype '${dtype}' is not supported on the onnx backend; use float32, int32 or bool`);
  }
}

/** Thrown when ONNX Runtime fails to compile or run a graph. */
export class OnnxRuntimeError extends GeneformerError {
  readonly tag = 'OnnxRuntimeError';

  constructor(
    readonly phase: 'compile' | 'run',
    readonly node: string | undefined,
    readonly detail: string,
    cause: unknown,
  ) {
    const message = cause instanceof Error ? cause.message : String(cause);
    super(`ONNX Runtime failed to ${phase} a graph${node ? ` at node ${node}` : ''} (${detail}): ${message}`, {
      cause,
    });
  }
}

/** Thrown when memory cannot be allocated. */
export class OutOfMemoryError extends GeneformerError {
  readonly tag = 'OutOfMemoryError';

  constructor(
    readonly bytes: number,
    readonly purpose: string,
    cause: unknown,
  ) {
    super(
      `out of memory: could not allocate ${bytes} bytes (${(bytes / 2 ** 30).toFixed(2)} GiB) for ${purpose}; ` +
        `use a smaller batch or shorter sequences, or free compiled graphs with trimMemory()`,
      { cause },
    );
  }
}

/** Thrown for an op that the onnx backend does not support. */
export class UnsupportedKernelError extends GeneformerError {
  readonly tag = 'UnsupportedKernelError';

  constructor(
    readonly kernel: string,
    readonly remedy: string,
  ) {
    super(`the onnx backend has no kernel '${kernel}': ${remedy}`);
  }
}
