/**
 * Gradients of all ops, for all backends. tfjs-core's Node build has the ops but not their gradients, and Node cannot load its ES modules,
 * so they are defined here.
 */
import { registerBatchNormGradient } from './batch-norm.js';
import { registerBinaryGradients } from './binary.js';
import { registerIndexGradients } from './index-ops.js';
import { registerMatMulGradient } from './matmul.js';
import { registerReductionGradients } from './reduce.js';
import { registerShapeGradients } from './shape.js';
import { registerUnaryGradients } from './unary.js';

let registered = false;

/** Registers all gradients once. */
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
