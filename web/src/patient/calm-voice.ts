/** Between two things said without being asked, at least so long. */
const PAUSE_MS = 30_000;

/**
 * Says what changed, but not each time: at once when nothing was said for a while, else the newest words when the
 * pause is over. A screen reader that speaks up at every step of a line wears people out.
 */
export class CalmVoice {
  #spokenAt = Number.NEGATIVE_INFINITY;
  #spoken: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly speak: (words: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  say(words: string): void {
    clearTimeout(this.#timer);
    if (words === this.#spoken) return;
    const wait = this.#spokenAt + PAUSE_MS - this.now();
    if (wait <= 0) this.#utter(words);
    else this.#timer = setTimeout(() => this.#utter(words), wait);
  }

  hush(): void {
    clearTimeout(this.#timer);
  }

  #utter(words: string): void {
    this.#spokenAt = this.now();
    this.#spoken = words;
    this.speak(words);
  }
}
