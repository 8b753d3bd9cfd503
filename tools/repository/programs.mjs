/** Programs from outside npm that some checks use where they are installed. */
import { spawnSync } from 'node:child_process';

/**
 * @param {string} name of a program on the path
 * @param {string} [option] that makes it print its version
 * @returns {boolean} whether it can be run
 */
export function isInstalled(name, option = '--version') {
  return spawnSync(name, [option], { stdio: 'ignore' }).status === 0;
}
