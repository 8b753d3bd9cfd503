/**
 * Checks commit messages: Conventional Commits, from which changes can be listed by kind and package.
 *
 *     node tools/repository/commit-message.mjs FILE                        a message, as git's hook gives it
 *     node tools/repository/commit-message.mjs --range origin/main..HEAD   every commit of a branch
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const types = ['feat', 'fix', 'perf', 'refactor', 'docs', 'test', 'build', 'ci', 'chore', 'style', 'revert'];
const LONGEST = 120;
const HEADER = /^(?<type>[A-Za-z]+)(?:\((?<scope>[^)]*)\))?!?: (?<subject>.*)$/;

/**
 * @param {string} message
 * @param {{ isFinal?: boolean }} [options] isFinal: refuses messages that a later rebase is to fold into another commit
 * @returns {string | undefined} what is wrong and what to do; undefined if nothing is
 */
export function problemOf(message, { isFinal = false } = {}) {
  const [header = '', second = ''] = message.split(/\r?\n/).filter((line) => !line.startsWith('#'));
  if (/^Merge |^Revert "/.test(header)) return undefined;
  if (/^(?:fixup|squash|amend)! /.test(header)) {
    return isFinal ? `"${header}" is meant to be folded; run git rebase --autosquash` : undefined;
  }
  const { type, scope, subject } = HEADER.exec(header)?.groups ?? {};
  if (type === undefined) return `"${header}" is not "type(package): subject", such as "fix(io): read empty columns"`;
  if (!types.includes(type)) return `type "${type}" is not valid; use one of ${types.join(', ')}`;
  if (scope !== undefined && !/^[a-z0-9]+(?:[-,][a-z0-9]+)*$/.test(scope)) {
    return `scope "${scope}" is not valid; use the name of a package, such as "io"`;
  }
  if (!subject.trim()) return 'the subject is empty; say what changed';
  if (subject.endsWith('.')) return `"${subject}" ends with a full stop; leave it out`;
  if (header.length > LONGEST) {
    return `the first line has ${header.length} characters; use ${LONGEST} at most and explain in the body`;
  }
  if (second.trim()) return 'the second line is not empty; leave it empty and begin the body in the third';
  return undefined;
}

function main() {
  const { values, positionals } = parseArgs({ options: { range: { type: 'string' } }, allowPositionals: true });
  if (values.range === undefined && positionals.length !== 1) {
    console.error('give the file of a message, or --range A..B');
    return 1;
  }
  const commits = values.range === undefined ? [['message', readFileSync(positionals[0], 'utf8')]] : log(values.range);
  let failed = 0;
  for (const [name, message] of commits) {
    const problem = problemOf(message, { isFinal: values.range !== undefined });
    if (problem === undefined) continue;
    failed++;
    console.error(`${name}: ${problem}`);
  }
  return failed ? 1 : 0;
}

/** Returns the short name and the message of each commit. */
function log(range) {
  const { status, stdout, stderr } = spawnSync('git', ['log', '--format=%h%n%B%x00', range], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git log ${range}: ${stderr.trim()}`);
  return stdout
    .split('\0')
    .map((text) => text.trimStart())
    .filter(Boolean)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
