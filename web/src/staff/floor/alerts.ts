import { type ReadonlySignal, signal } from '@preact/signals';

/** What staff can be alerted to, the gravest first. */
export const ALERT_KINDS = ['worse', 'handed', 'late', 'arrived'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];
export type AlertSettings = Readonly<Record<AlertKind, boolean>>;

/** Whether the browser shows notifications of ours: `ask` until somebody was asked, `none` where there are none. */
export type Desktop = 'granted' | 'ask' | 'blocked' | 'none';

const STORED = 'officina-alerts';
const FIRST: AlertSettings = { worse: true, handed: true, late: true, arrived: false };

const SOUNDS: Readonly<Record<AlertKind, readonly (readonly [hertz: number, startS: number])[]>> = {
  arrived: [
    [660, 0],
    [880, 0.18],
  ],
  handed: [
    [660, 0],
    [880, 0.18],
    [1109, 0.36],
  ],
  late: [
    [880, 0],
    [660, 0.18],
    [880, 0.5],
    [660, 0.68],
  ],
  worse: [
    [988, 0],
    [988, 0.2],
    [988, 0.4],
    [1319, 0.75],
    [1319, 0.95],
    [1319, 1.15],
  ],
};

/**
 * Sounds and desktop notifications. Neither says who. Which of them are wanted is remembered on this device.
 *
 * A browser lets a page sound only after a press; signing in is one.
 */
export class Alerts {
  readonly #settings = signal(read());
  readonly #desktop = signal(permission());
  #audio: AudioContext | null = null;

  get settings(): ReadonlySignal<AlertSettings> {
    return this.#settings;
  }

  get desktop(): ReadonlySignal<Desktop> {
    return this.#desktop;
  }

  set(kind: AlertKind, on: boolean): void {
    this.#settings.value = { ...this.#settings.value, [kind]: on };
    store(this.#settings.value);
    if (on) this.sound(kind);
  }

  /** Asks for notifications; browsers want this to come from a press. */
  async allow(): Promise<void> {
    if (this.#desktop.value !== 'ask') return;
    await Notification.requestPermission();
    this.#desktop.value = permission();
  }

  /** Sounds and notifies, where that is wanted. `of` names what it is about, so that later news replace it. */
  tell(kind: AlertKind, of: string, title: string, body: string): void {
    if (!this.#settings.value[kind]) return;
    this.sound(kind);
    if (this.#desktop.value !== 'granted') return;
    // Whoever looks at the page sees and hears it there; what is grave is shown wherever they look.
    if (kind === 'worse' || document.hidden || !document.hasFocus()) notify(kind, of, title, body);
  }

  sound(kind: AlertKind): void {
    if (typeof AudioContext === 'undefined') return;
    this.#audio ??= new AudioContext();
    const audio = this.#audio;
    void audio.resume().catch(() => undefined);
    for (const [hertz, startS] of SOUNDS[kind]) tone(audio, hertz, audio.currentTime + startS);
  }
}

/** A soft tone of a third of a second. */
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

function notify(kind: AlertKind, of: string, title: string, body: string): void {
  try {
    const options = { body, tag: `officina-${kind}-${of}`, requireInteraction: kind === 'worse' };
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  } catch {
    // Android's Chrome has the class but not the constructor: the sound has to do.
  }
}

function permission(): Desktop {
  if (typeof Notification === 'undefined') return 'none';
  return ({ granted: 'granted', default: 'ask', denied: 'blocked' } as const)[Notification.permission];
}

function read(): AlertSettings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORED) ?? 'null');
    return isSettings(stored) ? { ...FIRST, ...stored } : FIRST;
  } catch {
    return FIRST;
  }
}

function isSettings(stored: unknown): stored is Partial<AlertSettings> {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    Object.entries(stored).every(([kind, on]) => kind in FIRST && typeof on === 'boolean')
  );
}

function store(settings: AlertSettings): void {
  try {
    localStorage.setItem(STORED, JSON.stringify(settings));
  } catch {
    // Holds for this page only.
  }
}
