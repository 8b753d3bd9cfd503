/** Says whether the rounds of a soak agree and whether memory grows. The first tenth, at least three rounds, warms up. */
const ALLOWED_GROWTH = 0.1;

/**
 * @param {{ rss: number, digest: string, file: string, code: number, killed: boolean, isPartial: boolean, minutes: number }[]} rounds
 * @returns {{ text: string, passed: boolean, growth: number }} growth: the last third against the first third, in the median
 */
export function summary(rounds) {
  const warm = rounds.slice(Math.max(3, Math.floor(rounds.length / 10)));
  if (warm.length < 6) return { text: 'too few rounds; give more minutes', passed: false, growth: Number.NaN };
  const third = Math.floor(warm.length / 3);
  const first = median(warm.slice(0, third));
  const last = median(warm.slice(-third));
  const growth = last / first - 1;
  const problems = [];
  if (new Set(rounds.map(({ digest }) => digest)).size > 1) problems.push('rounds differ in their vectors or labels');
  if (new Set(rounds.map(({ file }) => file)).size > 1) problems.push('repeated embeddings differ');
  if (rounds.some(({ code }) => code !== 0)) problems.push('a repeated embedding failed');
  if (rounds.some(({ isPartial }) => isPartial)) problems.push('a killed embedding left a partial file');
  if (growth > ALLOWED_GROWTH) problems.push('memory grows');
  const kills = rounds.filter(({ killed }) => killed).length;
  const text =
    `${rounds.length} rounds in ${rounds.at(-1).minutes.toFixed(1)} minutes, ${kills} kills; memory ${megabytes(first)} MB in the first ` +
    `third and ${megabytes(last)} MB in the last (${(100 * growth).toFixed(1)} %): ${problems.join('; ') || 'passed'}`;
  return { text, passed: problems.length === 0, growth };
}

function median(rounds) {
  const sorted = rounds.map(({ rss }) => rss).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
