/** Runs the study with its newest code: `node study.mjs <words>` is `node apps/reproduce/dist/main.js <words>` after `prepareStudy`. */
import { prepareStudy } from './code.mjs';

await prepareStudy();
await import('../../apps/reproduce/dist/main.js');
