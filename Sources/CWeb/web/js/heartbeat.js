/** A beat at the interval the server asked for. One that was not answered by the next means that the connection is dead, although the browser has not noticed. */
export class Heartbeat {
  /**
   * @param {() => void} beat sends one
   * @param {() => void} dead
   */
  constructor(beat, dead) {
    this.beat = beat;
    this.dead = dead;
    this.timer = 0;
    this.answered = true;
  }

  /** @param {number} intervalMilliseconds */
  start(intervalMilliseconds) {
    this.stop();
    this.answered = true;
    this.timer = setInterval(() => {
      if (!this.answered) return this.dead();
      this.answered = false;
      this.beat();
    }, intervalMilliseconds);
  }

  stop() {
    clearInterval(this.timer);
  }
}
