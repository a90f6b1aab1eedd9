import { type ReadonlySignal, signal } from '@preact/signals';
import { type MelodyName, play } from './chimes';

/** How often the device trembles while the call is not answered. */
const TREMBLE_EVERY_MS = 4_000;
const TREMBLE = [300, 150, 300];

/** Ringing: sound and vibration, and a screen that stays awake. Every part may be missing. */
export class Alerts {
  readonly #audible = signal(false);
  #audio: AudioContext | null = null;
  #silence: (() => void) | null = null;
  #vibrating: ReturnType<typeof setInterval> | undefined;
  #lock: WakeLockSentinel | null = null;
  #awake = false;

  /** Whether a ring could be heard: browsers let a page sound only after a press on it. */
  get audible(): ReadonlySignal<boolean> {
    return this.#audible;
  }

  /** Call on a press. A call that is ringing without sound is heard from now on. */
  unlock(): void {
    if (this.#audible.peek() || !('AudioContext' in globalThis)) return;
    const audio = this.#context();
    void audio.resume().catch(() => undefined);
    // Older Safari wants a sound, even an empty one, inside the press itself.
    audio.createBufferSource().start();
  }

  /** On a press: so that people hear what to listen for. */
  try(name: MelodyName): void {
    this.unlock();
    if (this.#audio) play(this.#audio, name);
  }

  /** It is nearly the patient's turn: one soft melody, and one short tremble. */
  nudge(): void {
    if (this.#audible.peek() && this.#audio) play(this.#audio, 'soon');
    vibrate([200]);
  }

  ring(): void {
    if (this.#vibrating !== undefined) return;
    this.#soundRing();
    vibrate(TREMBLE);
    this.#vibrating = setInterval(() => vibrate(TREMBLE), TREMBLE_EVERY_MS);
  }

  stopRinging(): void {
    clearInterval(this.#vibrating);
    this.#vibrating = undefined;
    this.#silence?.();
    this.#silence = null;
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

  #context(): AudioContext {
    if (this.#audio === null) {
      const audio = new AudioContext();
      audio.onstatechange = () => this.#heed(audio);
      this.#audio = audio;
      this.#heed(audio);
    }
    return this.#audio;
  }

  #heed(audio: AudioContext): void {
    this.#audible.value = audio.state === 'running';
    if (this.#audible.peek() && this.#vibrating !== undefined) this.#soundRing();
  }

  #soundRing(): void {
    if (!this.#audible.peek() || !this.#audio || this.#silence) return;
    this.#silence = play(this.#audio, 'call', true);
  }
}

/** Browsers refuse, and complain, before the person has touched the page. */
function vibrate(pattern: VibratePattern): void {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern);
}
