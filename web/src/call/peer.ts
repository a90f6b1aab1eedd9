import { type ReadonlySignal, signal } from '@preact/signals';
import type { Signal } from '../signaling/messages';

/** What a participant sends, each on a one-way transceiver of its own. */
export type Slot = 'microphone' | 'camera' | 'screen';
export const SLOTS: readonly Slot[] = ['microphone', 'camera', 'screen'];

export type Tracks = Readonly<Record<Slot, MediaStreamTrack | null>>;

export interface LinkOptions {
  /** Gives way when both sides offer at once (WebRTC 1.0, section 10.7). */
  readonly polite: boolean;
  readonly tracks: Tracks;
  readonly send: (signal: Signal) => void;
  /** The other side's offer does not fit: they began anew. It is handed on to the link that replaces this one. */
  readonly onMismatch?: (offer: Signal) => void;
  readonly makeConnection: () => RTCPeerConnection;
}

/** `disconnected` often heals by itself; after this long the path is looked for anew. */
const PATIENCE_MS = 2_500;

/**
 * The polite side lets the other make the first offer, and makes its own only after this long. Both join at
 * about the same time, and Chromium (156) may gather no candidates at all after the rollback of a first offer.
 */
const FIRST_OFFER_MS = 1_500;

const ENCODINGS: Readonly<Record<Slot, RTCRtpEncodingParameters>> = {
  microphone: { priority: 'high' },
  camera: { maxBitrate: 1_500_000 },
  screen: { maxBitrate: 2_000_000 },
};

/**
 * The media path to one other participant, by perfect negotiation: either side may offer at any time.
 *
 * The slots are negotiated once, in a fixed order; muting, changing a device and sharing a screen only replace
 * tracks. The same order tells the other side's camera from their screen.
 */
export class PeerLink {
  readonly #state = signal<RTCPeerConnectionState>('new');
  readonly #camera = signal<MediaStream | null>(null);
  readonly #screen = signal<MediaStream | null>(null);
  readonly #senders = new Map<Slot, RTCRtpSender>();
  readonly #connection: RTCPeerConnection;
  #makingOffer = false;
  #ignoreOffer = false;
  #isSettingRemoteAnswerPending = false;
  #closed = false;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LinkOptions) {
    this.#connection = options.makeConnection();
    if (options.polite) this.#waiting = setTimeout(() => this.#waited(), FIRST_OFFER_MS);
    this.#connection.onnegotiationneeded = () => void this.#offer();
    this.#connection.onicecandidate = ({ candidate }) => options.send({ candidate: plain(candidate) });
    this.#connection.onconnectionstatechange = () => this.#moved();
    this.#connection.ontrack = (event) => this.#arrived(event);
    const stream = new MediaStream();
    for (const slot of SLOTS) this.#addSlot(slot, slot === 'screen' ? new MediaStream() : stream);
  }

  get state(): ReadonlySignal<RTCPeerConnectionState> {
    return this.#state;
  }

  /** The other side's camera and microphone, once they arrive. */
  get camera(): ReadonlySignal<MediaStream | null> {
    return this.#camera;
  }

  get screen(): ReadonlySignal<MediaStream | null> {
    return this.#screen;
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  setTrack(slot: Slot, track: MediaStreamTrack | null): void {
    const sender = this.#senders.get(slot);
    if (this.#closed || !sender || sender.track === track) return;
    sender.replaceTrack(track).catch(ignore);
  }

  /** Handles what the other side sent. Order matters: call it as messages arrive. */
  async receive(signal: Signal): Promise<void> {
    try {
      if ('description' in signal) await this.#described(signal.description as RTCSessionDescriptionInit);
      else await this.#candidate(signal.candidate as RTCIceCandidateInit | null);
    } catch (error) {
      // A description that came too late, for a state that has passed: the next one settles it.
      const foreign = (error as Partial<DOMException>).name === 'InvalidAccessError';
      if (foreign && 'description' in signal && signal.description.type === 'offer')
        this.options.onMismatch?.(signal);
    }
  }

  /** Looks for the path anew, after a change of network. */
  restart(): void {
    if (this.#closed) return;
    if (!this.resend()) this.#connection.restartIce();
  }

  /** Sends an unanswered offer again, after signals may have been lost. Says whether there was one. */
  resend(): boolean {
    const description = this.#connection.localDescription;
    if (this.#closed || this.#connection.signalingState !== 'have-local-offer' || !description) return false;
    this.options.send({ description: described(description) });
    return true;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#patience);
    this.#stopWaiting();
    this.#connection.onnegotiationneeded = null;
    this.#connection.onicecandidate = null;
    this.#connection.onconnectionstatechange = null;
    this.#connection.ontrack = null;
    this.#connection.close();
    this.#state.value = 'closed';
  }

  #addSlot(slot: Slot, stream: MediaStream): void {
    const track = this.options.tracks[slot];
    const transceiver = this.#connection.addTransceiver(
      track ?? (slot === 'microphone' ? 'audio' : 'video'),
      {
        direction: 'sendonly',
        streams: [stream],
        sendEncodings: [ENCODINGS[slot]],
      },
    );
    this.#senders.set(slot, transceiver.sender);
  }

  #waited(): void {
    this.#stopWaiting();
    if (this.#connection.signalingState === 'stable') void this.#offer();
  }

  #stopWaiting(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
  }

  // From here to the end of `candidate` this is the example of WebRTC 1.0, section 10.7, name by name.

  async #offer(): Promise<void> {
    // What is needed now is still needed, and asked for again, once their offer is answered.
    if (this.#waiting !== undefined) return;
    try {
      this.#makingOffer = true;
      await this.#connection.setLocalDescription();
      this.#sendLocalDescription();
    } catch {
      // Closed meanwhile, or overtaken by the other side's offer.
    } finally {
      this.#makingOffer = false;
    }
  }

  async #described(description: RTCSessionDescriptionInit): Promise<void> {
    const readyForOffer =
      !this.#makingOffer &&
      (this.#connection.signalingState === 'stable' || this.#isSettingRemoteAnswerPending);
    const offerCollision = description.type === 'offer' && !readyForOffer;
    this.#ignoreOffer = !this.options.polite && offerCollision;
    if (this.#ignoreOffer) return;
    this.#stopWaiting();
    this.#isSettingRemoteAnswerPending = description.type === 'answer';
    try {
      await this.#connection.setRemoteDescription(description);
    } finally {
      this.#isSettingRemoteAnswerPending = false;
    }
    if (description.type === 'offer') {
      await this.#connection.setLocalDescription();
      this.#sendLocalDescription();
    }
  }

  async #candidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    try {
      await this.#connection.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      if (!this.#ignoreOffer) throw error;
    }
  }

  #sendLocalDescription(): void {
    const description = this.#connection.localDescription;
    if (description && !this.#closed) this.options.send({ description: described(description) });
  }

  #arrived({ track, transceiver }: RTCTrackEvent): void {
    const remoteVideos = this.#connection
      .getTransceivers()
      .filter((other) => other.receiver.track.kind === 'video' && !this.#isOwn(other));
    const isScreen = track.kind === 'video' && remoteVideos.indexOf(transceiver) > 0;
    const target = isScreen ? this.#screen : this.#camera;
    // One stream per slot pair, so that sound and lips stay together; a new object tells the page.
    target.value = new MediaStream([...(target.value?.getTracks() ?? []), track]);
  }

  #isOwn(transceiver: RTCRtpTransceiver): boolean {
    return [...this.#senders.values()].includes(transceiver.sender);
  }

  #moved(): void {
    const state = this.#connection.connectionState;
    this.#state.value = state;
    clearTimeout(this.#patience);
    if (state === 'failed') this.restart();
    if (state === 'disconnected') this.#patience = setTimeout(() => this.restart(), PATIENCE_MS);
  }
}

function described({ type, sdp }: RTCSessionDescription): { type: RTCSdpType; sdp: string } {
  return { type, sdp };
}

function plain(candidate: RTCIceCandidate | null) {
  if (candidate === null) return null;
  const { candidate: text, sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  return { candidate: text, sdpMid, sdpMLineIndex, usernameFragment };
}

function ignore(): void {}
