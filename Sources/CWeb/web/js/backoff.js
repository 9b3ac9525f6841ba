/**
 * How long to wait before trying again: 0.5 s, doubled at each failure up to 15 s, and between half and all of that by chance, so that a
 * restarted server does not meet all of its people in the same instant.
 */
export class Backoff {
  constructor(firstMilliseconds = 500, mostMilliseconds = 15_000) {
    this.first = firstMilliseconds;
    this.most = mostMilliseconds;
    this.failures = 0;
  }

  /** Milliseconds until the next attempt. */
  next() {
    const step = Math.min(this.most, this.first * 2 ** this.failures);
    this.failures = Math.min(this.failures + 1, 16);
    return step * (0.5 + Math.random() / 2);
  }

  reset() {
    this.failures = 0;
  }
}
