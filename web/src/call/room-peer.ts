import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Participant } from '../signaling/messages';
import type { PeerLink } from './peer';
import { type Counters, measure, type Quality } from './quality';

/** An old path is kept this long while its successor comes up, so that the picture does not go black. */
const OVERLAP_MS = 8_000;

/** Somebody else in the room, and the path to them. A new path is shown once it works; then the old one closes. */
export class RoomPeer {
  readonly #participant = signal<Participant>({} as Participant);
  readonly #link = signal<PeerLink | null>(null);
  readonly #retiring = signal<PeerLink | null>(null);
  readonly #quality = signal<Quality | null>(null);
  #counters: Counters | null = null;
  #overlap: ReturnType<typeof setTimeout> | undefined;
  #missing: ReturnType<typeof setTimeout> | undefined;

  readonly #shown = computed(() => {
    const link = this.#link.value;
    return link?.state.value === 'connected' ? link : (this.#retiring.value ?? link);
  });
  readonly camera: ReadonlySignal<MediaStream | null> = computed(
    () => this.#shown.value?.camera.value ?? null,
  );
  readonly screen: ReadonlySignal<MediaStream | null> = computed(
    () => this.#shown.value?.screen.value ?? null,
  );
  readonly state: ReadonlySignal<RTCPeerConnectionState> = computed(
    () => this.#link.value?.state.value ?? 'new',
  );

  constructor(participant: Participant) {
    this.#participant.value = participant;
  }

  get participant(): ReadonlySignal<Participant> {
    return this.#participant;
  }

  /** How well we receive them. */
  get quality(): ReadonlySignal<Quality | null> {
    return this.#quality;
  }

  get link(): PeerLink | null {
    return this.#link.peek();
  }

  update(participant: Participant): void {
    this.#participant.value = participant;
  }

  /** Takes a new path. */
  connect(link: PeerLink): void {
    this.#retire();
    this.#retiring.value = this.#link.value;
    this.#link.value = link;
    this.#counters = null;
    this.#overlap = setTimeout(() => this.#retire(), OVERLAP_MS);
  }

  /** After a restart of the server others come back one by one: gives them time, then calls `gone`. */
  expect(ms: number, gone: () => void): void {
    clearTimeout(this.#missing);
    this.#missing = setTimeout(gone, ms);
  }

  cameBack(): void {
    clearTimeout(this.#missing);
  }

  async sample(nowMs: number): Promise<Quality | null> {
    const link = this.link;
    if (link === null || link.state.value !== 'connected') return null;
    if (this.#retiring.value) this.#retire();
    const { counters, quality } = measure(await link.stats(), this.#counters, nowMs);
    this.#counters = counters;
    this.#quality.value = quality;
    return quality;
  }

  close(): void {
    clearTimeout(this.#missing);
    this.#retire();
    this.link?.close();
  }

  #retire(): void {
    clearTimeout(this.#overlap);
    this.#retiring.value?.close();
    this.#retiring.value = null;
  }
}
