/** All kernels of the onnx backend. */
import { registerAttention } from './fused/attention-kernels.js';
import { registerMultiHeadAttention } from './fused/multi-head-attention.js';
import { registerCrossEntropy } from './fused/cross-entropy.js';
import { registerLayerNorm } from './fused/layer-norm.js';
import { registerLinear, registerQuantizedLinear } from './fused/linear.js';
import { registerReluGradient } from './fused/relu-gradient.js';
import { registerBinary } from './kernels/binary.js';
import { registerComposed } from './kernels/composed.js';
import { registerCreationOps } from './kernels/create.js';
import { registerIndexOps } from './kernels/index-ops.js';
import { registerMatMul } from './kernels/matmul.js';
import { registerReductions } from './kernels/reduce.js';
import { registerShapeOps } from './kernels/shape.js';
import { registerSliceOps } from './kernels/slice.js';
import { registerUnsupported } from './kernels/unsupported.js';
import { registerUnary } from './kernels/unary.js';

let registered = false;

/** Registers all kernels once. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  registerBinary();
  registerComposed();
  registerCreationOps();
  registerIndexOps();
  registerMatMul();
  registerReductions();
  registerShapeOps();
  registerSliceOps();
  registerUnary();
  registerAttention();
  registerMultiHeadAttention();
  registerCrossEntropy();
  registerLayerNorm();
  registerLinear();
  registerQuantizedLinear();
  registerReluGradient();
  registerUnsupported();
}
