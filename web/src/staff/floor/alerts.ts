import { type ReadonlySignal, signal } from '@preact/signals';

const STORED = 'officina-alerts';

/**
 * Tells that somebody arrived: a sound, and a desktop notification where the browser allows one. Neither says
 * who. Off until turned on by a press, which is also what browsers ask before a page may make a sound.
 */
export class Alerts {
  readonly #on = signal(read());
  #audio: AudioContext | null = null;

  get on(): ReadonlySignal<boolean> {
    return this.#on;
  }

  get soundOnly(): boolean {
    return typeof Notification === 'undefined' || Notification.permission === 'denied';
  }

  async turn(on: boolean): Promise<void> {
    this.#on.value = on;
    store(on);
    if (!on) return;
    this.chime();
    if (typeof Notification !== 'undefined' && Notification.permission === 'default') {
      await Notification.requestPermission();
    }
  }

  arrived(title: string, body: string): void {
    if (!this.#on.value) return;
    this.chime();
    if (document.hasFocus() || typeof Notification === 'undefined') return;
    if (Notification.permission === 'granted') notify(title, body);
  }

  /** Two soft tones, 0.5 s in all. */
  chime(): void {
    if (typeof AudioContext === 'undefined') return;
    this.#audio ??= new AudioContext();
    const audio = this.#audio;
    void audio.resume();
    tone(audio, 660, audio.currentTime);
    tone(audio, 880, audio.currentTime + 0.18);
  }
}

function tone(audio: AudioContext, hertz: number, at: number): void {
  const source = audio.createOscillator();
  const gain = audio.createGain();
  source.frequency.value = hertz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.18, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.32);
  source.connect(gain).connect(audio.destination);
  source.start(at);
  source.stop(at + 0.34);
}

function notify(title: string, body: string): void {
  try {
    const shown = new Notification(title, { body, tag: 'officina-arrival' });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Android's Chrome has the class but not the constructor: the sound has to do.
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(STORED) === 'on';
  } catch {
    return false;
  }
}

function store(on: boolean): void {
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off');
  } catch {
    // Holds for this page only.
  }
}
