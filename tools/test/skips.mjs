/** Says why tests were skipped: a total without reasons would hide a test that never runs. */

/** What a suite looks at before it skips, and what its absence means. */
const CONDITIONS = [
  [/GENEFORMER_DATA/, 'needs real data: set GENEFORMER_DATA to their folder'],
  [/\bmayMount\b|\bmounts\b/, 'needs permission to mount file systems'],
  [/\bmayUnshare\b/, 'needs permission to create namespaces'],
  [/process\.platform/, 'needs Linux'],
];

/**
 * Returns why a test was skipped: the reason in its title, `(skipped: no adapter)`, or the condition that its suite checks.
 *
 * @param {string} title the full name of the test
 * @param {string} source the text of its suite
 * @returns {string | undefined} undefined where nothing says why
 */
export function reasonOf(title, source) {
  const [, stated] = /\(skipped: ([^]*?)\)(?:\s|$)/.exec(title) ?? [];
  return stated ?? CONDITIONS.find(([condition]) => condition.test(source))?.[1];
}

/**
 * Counts skipped tests by reason.
 *
 * @param {{ testResults: { name: string, assertionResults: { status: string, fullName: string }[] }[] }[]} reports of jest
 * @param {(file: string) => string} read
 * @returns {{ reasons: Map<string, number>, unexplained: string[] }}
 */
export function skippedTests(reports, read) {
  const reasons = new Map();
  const unexplained = [];
  for (const { name, assertionResults } of reports.flatMap(({ testResults }) => testResults)) {
    for (const { status, fullName } of assertionResults) {
      if (status !== 'pending' && status !== 'todo') continue;
      const reason = reasonOf(fullName, read(name));
      if (reason === undefined) unexplained.push(`${name}: ${fullName}`);
      else reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return { reasons, unexplained };
}
