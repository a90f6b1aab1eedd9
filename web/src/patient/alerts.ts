type Sound = readonly (readonly [frequency: number, startsS: number])[];

const CALL: Sound = [
  [659, 0],
  [784, 0.22],
  [988, 0.44],
  [784, 0.9],
  [988, 1.12],
];
const TEST: Sound = [
  [523, 0],
  [659, 0.22],
  [784, 0.44],
];

/** How often the call rings again until it is answered. */
const RING_EVERY_MS = 4_000;

/** Ringing: sound and vibration, and a screen that stays awake. Every part may be missing. */
export class Alerts {
  #audio: AudioContext | null = null;
  #ringing: ReturnType<typeof setInterval> | undefined;
  #lock: WakeLockSentinel | null = null;
  #awake = false;

  /** Call on a press: browsers only let a page sound after one. */
  unlock(): void {
    this.#audio ??= 'AudioContext' in globalThis ? new AudioContext() : null;
    void this.#audio?.resume().catch(() => undefined);
  }

  test(): void {
    this.unlock();
    this.#play(TEST);
  }

  ring(): void {
    if (this.#ringing !== undefined) return;
    this.#ringOnce();
    this.#ringing = setInterval(() => this.#ringOnce(), RING_EVERY_MS);
  }

  stopRinging(): void {
    clearInterval(this.#ringing);
    this.#ringing = undefined;
    vibrate(0);
  }

  /** Keeps the screen on while wanted; the browser lets go whenever the page is hidden, so ask again. */
  async keepAwake(wanted: boolean): Promise<void> {
    this.#awake = wanted;
    if (!wanted) {
      await this.#lock?.release().catch(() => undefined);
      this.#lock = null;
      return;
    }
    if (document.visibilityState !== 'visible' || (this.#lock && !this.#lock.released)) return;
    this.#lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
    if (!this.#awake) await this.keepAwake(false);
  }

  #ringOnce(): void {
    this.#play(CALL);
    vibrate([300, 150, 300]);
  }

  #play(sound: Sound): void {
    const audio = this.#audio;
    if (audio?.state !== 'running') return;
    for (const [frequency, startsS] of sound) {
      const tone = audio.createOscillator();
      const loudness = audio.createGain();
      const at = audio.currentTime + startsS;
      tone.frequency.value = frequency;
      loudness.gain.setValueAtTime(0, at);
      loudness.gain.linearRampToValueAtTime(0.25, at + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
      tone.connect(loudness).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.55);
    }
  }
}

/** Browsers refuse, and complain, before the person has touched the page. */
function vibrate(pattern: VibratePattern): void {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}
