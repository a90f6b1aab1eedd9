import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Media } from '../signaling/messages';
import type { Slot, Tracks } from './peer';

/** Why a device gives nothing: there is none, the person or the browser said no, or another program has it. */
export type Fault = 'missing' | 'blocked' | 'busy';
export type Capture = 'microphone' | 'camera';

const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};
const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: 'user',
};

/**
 * This device's microphone, camera and screen. What cannot be had is left out, never an error: a call goes
 * ahead with sound only, or with nothing but the chat.
 */
export class LocalMedia {
  readonly #microphone = signal<MediaStreamTrack | null>(null);
  readonly #camera = signal<MediaStreamTrack | null>(null);
  readonly #screen = signal<MediaStreamTrack | null>(null);
  readonly #muted = signal(false);
  readonly #faults = signal<Readonly<Record<Capture, Fault | null>>>({ microphone: null, camera: null });
  readonly #chosen: Record<Capture, string | null> = { microphone: null, camera: null };

  readonly tracks: ReadonlySignal<Tracks> = computed(() => ({
    microphone: this.#microphone.value,
    camera: this.#camera.value,
    screen: this.#screen.value,
  }));

  /** What the others are told of it. */
  readonly state: ReadonlySignal<Media> = computed(() => ({
    audio: this.#microphone.value !== null && !this.#muted.value,
    video: this.#camera.value !== null,
    screen: this.#screen.value !== null,
  }));

  /** The camera alone, for the self view. */
  readonly selfView: ReadonlySignal<MediaStream | null> = computed(() =>
    this.#camera.value === null ? null : new MediaStream([this.#camera.value]),
  );

  constructor(private readonly devices: MediaDevices | undefined = navigator.mediaDevices) {}

  get muted(): ReadonlySignal<boolean> {
    return this.#muted;
  }

  get faults(): ReadonlySignal<Readonly<Record<Capture, Fault | null>>> {
    return this.#faults;
  }

  get canShareScreen(): boolean {
    return typeof this.devices?.getDisplayMedia === 'function';
  }

  /** Takes microphone and camera together, so that the browser asks once; each alone if that fails. */
  async start(
    wanted: { camera: boolean; microphone: boolean } = { camera: true, microphone: true },
  ): Promise<void> {
    if (wanted.camera && wanted.microphone && (await this.#takeBoth())) return;
    if (wanted.microphone) await this.#take('microphone');
    if (wanted.camera) await this.#take('camera');
  }

  setMuted(muted: boolean): void {
    this.#muted.value = muted;
    const track = this.#microphone.value;
    if (track) track.enabled = !muted;
    else if (!muted) void this.#take('microphone');
  }

  /** Off means off: the device is let go and its light goes out. */
  async setCamera(on: boolean): Promise<void> {
    if (on) await this.#take('camera');
    else this.#put('camera', null);
  }

  /** Uses another device from now on, in the call too. */
  async choose(kind: Capture, deviceId: string): Promise<void> {
    this.#chosen[kind] = deviceId;
    if (this.#slot(kind).value !== null || this.#faults.value[kind] !== null) await this.#take(kind);
  }

  deviceId(kind: Capture): string | null {
    return this.#slot(kind).value?.getSettings().deviceId ?? this.#chosen[kind];
  }

  /** Asks which screen to share. Says whether sharing began; no is an answer, not an error. */
  async shareScreen(): Promise<boolean> {
    try {
      const stream = await this.devices?.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false });
      const track = stream?.getVideoTracks()[0];
      if (!track) return false;
      track.contentHint = 'detail';
      this.#put('screen', track);
      return true;
    } catch {
      return false;
    }
  }

  stopSharing(): void {
    this.#put('screen', null);
  }

  /** Lets every device go. */
  stop(): void {
    batch(() => {
      for (const slot of ['microphone', 'camera', 'screen'] as const) this.#put(slot, null);
    });
  }

  async #takeBoth(): Promise<boolean> {
    try {
      const stream = await this.devices?.getUserMedia({
        audio: this.#constraints('microphone'),
        video: this.#constraints('camera'),
      });
      if (!stream) return false;
      batch(() => {
        this.#put('microphone', stream.getAudioTracks()[0] ?? null);
        this.#put('camera', stream.getVideoTracks()[0] ?? null);
      });
      return true;
    } catch {
      return false;
    }
  }

  async #take(kind: Capture): Promise<void> {
    try {
      const wanted = this.#constraints(kind);
      const stream = await this.devices?.getUserMedia(
        kind === 'camera' ? { video: wanted } : { audio: wanted },
      );
      if (!stream) throw new DOMException('', 'NotFoundError');
      this.#put(kind, stream.getTracks()[0] ?? null);
    } catch (error) {
      this.#put(kind, null);
      this.#setFault(kind, faultOf(error));
    }
  }

  #constraints(kind: Capture): MediaTrackConstraints {
    const base = kind === 'camera' ? VIDEO : AUDIO;
    const deviceId = this.#chosen[kind];
    return deviceId === null ? base : { ...base, deviceId: { ideal: deviceId } };
  }

  #put(slot: Slot, track: MediaStreamTrack | null): void {
    const held = this.#slot(slot);
    const before = held.value;
    if (before === track) return;
    if (before) before.onended = null;
    before?.stop();
    if (track) track.onended = () => this.#ended(slot, track);
    if (track && slot === 'microphone') track.enabled = !this.#muted.value;
    held.value = track;
    if (slot !== 'screen' && track) this.#setFault(slot, null);
  }

  /** A device was pulled out, or the browser's own 'stop sharing' was pressed. */
  #ended(slot: Slot, track: MediaStreamTrack): void {
    if (this.#slot(slot).value !== track) return;
    this.#put(slot, null);
    if (slot === 'screen') return;
    this.#chosen[slot] = null;
    void this.#take(slot);
  }

  #setFault(kind: Capture, fault: Fault | null): void {
    if (this.#faults.value[kind] !== fault) this.#faults.value = { ...this.#faults.value, [kind]: fault };
  }

  #slot(slot: Slot) {
    return { microphone: this.#microphone, camera: this.#camera, screen: this.#screen }[slot];
  }
}

function faultOf(error: unknown): Fault {
  switch ((error as Partial<DOMException>).name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'blocked';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'missing';
  }
}
