/** How fast something goes on, and so how long it still takes. */
export class Rate {
  private readonly samples: [time: number, done: number][] = [];

  /** @param window seconds the speed is averaged over */
  constructor(private readonly window = 10) {}

  /** @param time in seconds, from any clock that only goes forward */
  add(time: number, done: number): void {
    this.samples.push([time, done]);
    while (this.samples.length > 2 && time - this.samples[1][0] > this.window) this.samples.shift();
  }

  /** `12.3 MB/s, 1 min 5 s left`; empty while too little is known. */
  describe(total: number): string {
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    if (!first || !last || last[0] - first[0] < 0.2 || last[1] <= first[1]) return '';
    const speed = (last[1] - first[1]) / (last[0] - first[0]);
    const left = (total - last[1]) / speed;
    const text = `${(speed / 1e6).toFixed(1)} MB/s`;
    return Number.isFinite(left) && left >= 0 ? `${text}, ${duration(left)} left` : text;
  }
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
