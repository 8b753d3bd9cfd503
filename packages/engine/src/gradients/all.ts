/**
 * Registers the gradients. tfjs-core's Node build has the ops but none of their gradients, and its ES modules cannot be loaded by
 * Node, so they are defined here. They are shared by all backends.
 */
import { registerBatchNormGradient } from './batch-norm.js';
import { registerBinaryGradients } from './binary.js';
import { registerIndexGradients } from './index-ops.js';
import { registerMatMulGradient } from './matmul.js';
import { registerReductionGradients } from './reduce.js';
import { registerShapeGradients } from './shape.js';
import { registerUnaryGradients } from './unary.js';

let registered = false;

export function registerGradients(): void {
  if (registered) return;
  registered = true;
  registerBatchNormGradient();
  registerBinaryGradients();
  registerIndexGradients();
  registerMatMulGradient();
  registerReductionGradients();
  registerShapeGradients();
  registerUnaryGradients();
}
