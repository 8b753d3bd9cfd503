/** The hooks of git that come with the repository. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const HOOKS = 'tools/repository/hooks';

/**
 * Lets git run the repository's hooks, unless it already runs others: those of the user, or of another tool.
 *
 * @param {string} root of the clone
 * @returns {boolean} whether git runs the repository's hooks
 */
export function installHooks(root) {
  // An archive of the sources has no history, and git may be missing.
  if (!existsSync(path.join(root, '.git')) || git(root, 'rev-parse', '--git-dir') === undefined) return false;
  const chosen = git(root, 'config', '--get', 'core.hooksPath');
  if (chosen !== undefined) return chosen === HOOKS;
  const own = path.resolve(root, git(root, 'rev-parse', '--git-path', 'hooks'));
  if (existsSync(own) && readdirSync(own).some((name) => !name.endsWith('.sample'))) return false;
  return git(root, 'config', '--local', 'core.hooksPath', HOOKS) !== undefined;
}

function git(root, ...words) {
  const { status, stdout } = spawnSync('git', words, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
