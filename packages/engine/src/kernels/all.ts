/** Registers every kernel of the onnx backend. */
import { registerAttention } from '../fused/attention-kernels.js';
import { registerCrossEntropy } from '../fused/cross-entropy.js';
import { registerLayerNorm } from '../fused/layer-norm.js';
import { registerLinear } from '../fused/linear.js';
import { registerReluGradient } from '../fused/relu-gradient.js';
import { registerBinary } from './binary.js';
import { registerComposed } from './composed.js';
import { registerCreationOps } from './create.js';
import { registerIndexOps } from './index-ops.js';
import { registerMatMul } from './matmul.js';
import { registerReductions } from './reduce.js';
import { registerShapeOps } from './shape.js';
import { registerSliceOps } from './slice.js';
import { registerUnsupported } from './unsupported.js';
import { registerUnary } from './unary.js';

let registered = false;

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
  registerCrossEntropy();
  registerLayerNorm();
  registerLinear();
  registerReluGradient();
  registerUnsupported();
}
