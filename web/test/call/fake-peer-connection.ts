import type { Signal } from '../../src/signaling/messages';

type Description = { type: RTCSdpType; sdp: string };

/**
 * Stands in for RTCPeerConnection: the signalling states of JSEP, with rollback, and no media. A description's
 * text is a counter, so that a test can tell which offer an answer belongs to.
 */
export class FakePeerConnection {
  static made = 0;
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  restarts = 0;
  rollbacks = 0;
  closed = false;
  candidates: unknown[] = [];
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: unknown) => void) | null = null;
  readonly transceivers: {
    direction: string;
    sender: { track: unknown; replaceTrack: () => Promise<void> };
  }[] = [];
  #needed = false;
  #queued = false;
  /** JSEP's chain of operations: 'negotiation needed' waits for its end. */
  #operations = 0;

  addTransceiver(_: unknown, { direction }: { direction: string }) {
    const transceiver = { direction, sender: { track: null, replaceTrack: async () => undefined } };
    this.transceivers.push(transceiver);
    this.#need();
    return transceiver;
  }

  getTransceivers() {
    return this.transceivers;
  }

  restartIce() {
    this.restarts += 1;
    this.#need();
  }

  setLocalDescription(): Promise<void> {
    return this.#operate(() => {
      if (this.closed) throw new DOMException('', 'InvalidStateError');
      FakePeerConnection.made += 1;
      const answering = this.signalingState === 'have-remote-offer';
      this.localDescription = { type: answering ? 'answer' : 'offer', sdp: String(FakePeerConnection.made) };
      this.signalingState = answering ? 'stable' : 'have-local-offer';
      if (!answering) this.#needed = false;
    });
  }

  setRemoteDescription(description: Description): Promise<void> {
    return this.#operate(() => {
      if (description.type === 'offer' && this.signalingState === 'have-local-offer') {
        this.rollbacks += 1;
        this.#needed = true;
        this.signalingState = 'stable';
      }
      if (description.type === 'answer' && this.signalingState !== 'have-local-offer') {
        throw new DOMException('', 'InvalidStateError');
      }
      this.remoteDescription = description;
      this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    });
  }

  async addIceCandidate(candidate: unknown): Promise<void> {
    if (this.remoteDescription === null) throw new DOMException('', 'InvalidStateError');
    this.candidates.push(candidate);
  }

  close() {
    this.closed = true;
    this.signalingState = 'closed';
  }

  move(state: RTCPeerConnectionState) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  #need() {
    this.#needed = true;
    this.#check();
  }

  #check() {
    if (!this.#needed || this.#queued) return;
    this.#queued = true;
    setTimeout(() => {
      this.#queued = false;
      const ready = this.#operations === 0 && this.signalingState === 'stable';
      if (this.#needed && ready) this.onnegotiationneeded?.();
    }, 0);
  }

  async #operate(run: () => void): Promise<void> {
    this.#operations += 1;
    await Promise.resolve();
    this.#operations -= 1;
    run();
    this.#check();
  }
}

/** Signals in both directions, delivered in order, each in a turn of its own; `cut` loses them. */
export class Line {
  cut = false;
  delivered: Signal[] = [];
  #queue: (() => void)[] = [];

  send(to: () => { receive(signal: Signal): Promise<void> }, signal: Signal) {
    if (this.cut) return;
    this.#queue.push(() => {
      this.delivered.push(signal);
      void to().receive(signal);
    });
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) {
      this.#queue.shift()?.();
      await new Promise((done) => setTimeout(done, 0));
      if (this.#queue.length === 0 && turn > 20) return;
    }
    throw new Error('negotiation does not come to rest');
  }
}
