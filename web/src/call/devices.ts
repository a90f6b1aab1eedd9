import { type ReadonlySignal, signal } from '@preact/signals';

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface DeviceList {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
}

const NONE: DeviceList = { cameras: [], microphones: [], speakers: [] };

/** The devices there are, kept up to date, and the chosen speaker. Names show only after permission. */
export class Devices {
  readonly #list = signal<DeviceList>(NONE);
  readonly #speaker = signal<string>('');
  readonly #refresh = () => void this.refresh();

  constructor(private readonly source: MediaDevices | undefined = navigator.mediaDevices) {
    this.source?.addEventListener('devicechange', this.#refresh);
  }

  get list(): ReadonlySignal<DeviceList> {
    return this.#list;
  }

  /** The speaker's id; empty is the system's own choice. */
  get speaker(): ReadonlySignal<string> {
    return this.#speaker;
  }

  get canChooseSpeaker(): boolean {
    return 'setSinkId' in HTMLMediaElement.prototype;
  }

  chooseSpeaker(id: string): void {
    this.#speaker.value = id;
  }

  async refresh(): Promise<void> {
    const found = (await this.source?.enumerateDevices().catch(() => [])) ?? [];
    this.#list.value = {
      cameras: named(found, 'videoinput'),
      microphones: named(found, 'audioinput'),
      speakers: named(found, 'audiooutput'),
    };
  }

  close(): void {
    this.source?.removeEventListener('devicechange', this.#refresh);
  }
}

function named(found: readonly MediaDeviceInfo[], kind: MediaDeviceKind): Device[] {
  return found
    .filter((device) => device.kind === kind && device.deviceId !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}
