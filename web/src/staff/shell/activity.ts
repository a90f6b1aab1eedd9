/** When somebody last touched this page. */
export class Activity {
  #lastMs: number;
  #held = 0;

  constructor(private readonly now: () => number = Date.now) {
    this.#lastMs = now();
  }

  get lastMs(): number {
    return this.#held > 0 ? this.now() : this.#lastMs;
  }

  touch(): void {
    this.#lastMs = this.now();
  }

  /** Until the function it answers is called, somebody is here: talking is not touching. */
  hold(): () => void {
    this.#held += 1;
    return () => {
      this.#held -= 1;
      this.touch();
    };
  }

  /** For how many whole seconds nobody has touched the page. */
  get quietS(): number {
    return Math.max(0, Math.floor((this.now() - this.lastMs) / 1000));
  }
}
