import { GeneformerError } from '@geneformer-ts/core';

/** A backend was asked for whose package is not installed. */
export class BackendMissingError extends GeneformerError {
  readonly tag = 'BackendMissingError';

  constructor(
    readonly backend: string,
    readonly packageName: string,
    cause: unknown,
  ) {
    super(
      `backend '${backend}' needs the optional package ${packageName}, which could not be loaded; ` +
        `install it (it fetches a native library from the network), or choose 'onnx', which comes whole from npm`,
      { cause },
    );
  }
}

/** A backend, or a device of it, does not exist or cannot start here. */
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

/** `dataSync()` (or something that calls it) was used on a tensor that has not been computed yet. */
export class SyncReadError extends GeneformerError {
  readonly tag = 'SyncReadError';

  constructor(
    readonly shape: readonly number[],
    readonly dtype: string,
  ) {
    super(
      `dataSync() on a pending ${dtype} tensor [${shape.join(', ')}]: the onnx backend computes when a tensor is read, ` +
        `and ONNX Runtime answers asynchronously; write 'await tensor.data()' or 'await tensor.array()' instead`,
    );
  }
}

/** The tensor was disposed before it was read. */
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

/** A dtype that the onnx backend does not compute with. */
export class DtypeError extends GeneformerError {
  readonly tag = 'DtypeError';

  constructor(
    readonly dtype: string,
    readonly where: string,
  ) {
    super(`${where}: dtype '${dtype}' is not supported on the onnx backend; use float32, int32 or bool`);
  }
}

/** ONNX Runtime refused a graph or failed while running it. */
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

/** Memory was asked for and not given. */
export class OutOfMemoryError extends GeneformerError {
  readonly tag = 'OutOfMemoryError';

  constructor(
    readonly bytes: number,
    readonly purpose: string,
    cause: unknown,
  ) {
    super(
      `out of memory: ${bytes} bytes (${(bytes / 2 ** 30).toFixed(2)} GiB) for ${purpose} were refused; ` +
        `use a smaller batch or shorter sequences, or free compiled graphs with trimMemory()`,
      { cause },
    );
  }
}

/** An op whose kernel this backend does not have. */
export class UnsupportedKernelError extends GeneformerError {
  readonly tag = 'UnsupportedKernelError';

  constructor(
    readonly kernel: string,
    readonly remedy: string,
  ) {
    super(`the onnx backend has no kernel '${kernel}': ${remedy}`);
  }
}
