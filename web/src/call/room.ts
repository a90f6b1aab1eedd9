import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { newKey } from '../api/client';
import { type Connection, SignalProblem } from '../signaling/connection';
import type { Participant, Room, RoomEnd, RoomSignal, Signal, SignalCode } from '../signaling/messages';
import { ChatLog } from './chat';
import type { LocalMedia } from './media';
import { PeerLink, SLOTS } from './peer';
import { RoomPeer } from './room-peer';

export type CallStatus = 'idle' | 'joining' | 'joined' | 'reconnecting' | 'ended';

/** Why the call is over on this page. `hung_up`: by this person; `refused`: joining was refused. */
export interface CallEnd {
  readonly reason: RoomEnd | 'hung_up' | 'refused';
  readonly code?: SignalCode;
}

const SAMPLE_MS = 1_000;
const REPORT_MS = 10_000;
const RETRY_MS = 2_000;
/** So long may somebody stay away after we came back, before they count as gone. */
const RETURN_MS = 15_000;
const MAX_EARLY_SIGNALS = 200;
/** After these the room will not let us in however often we ask. */
const FINAL = new Set(['forbidden', 'not_found', 'not_in_room', 'consultation_closed', 'session_ended']);

/**
 * The live call of a consultation, as seen from this page: joins, keeps a path to everybody else, and comes
 * back by itself after losing the network or the server. Everything a page shows is a signal.
 */
export class CallRoom {
  readonly chat: ChatLog;
  readonly #status = signal<CallStatus>('idle');
  readonly #ended = signal<CallEnd | null>(null);
  readonly #self = signal<Participant | null>(null);
  readonly #peers = signal<readonly RoomPeer[]>([]);
  readonly #stops: (() => void)[] = [];
  #room: Room | null = null;
  #pathEpoch = 0;
  #early: RoomSignal[] = [];
  #reported = { level: -1, atMs: 0 };

  constructor(
    private readonly connection: Connection,
    readonly consultationId: string,
    readonly media: LocalMedia,
    private readonly makeConnection = (config: RTCConfiguration) => new RTCPeerConnection(config),
  ) {
    this.chat = new ChatLog((key, text) => this.#store(key, text), newKey);
  }

  get status(): ReadonlySignal<CallStatus> {
    return this.#status;
  }

  get ended(): ReadonlySignal<CallEnd | null> {
    return this.#ended;
  }

  get self(): ReadonlySignal<Participant | null> {
    return this.#self;
  }

  get peers(): ReadonlySignal<readonly RoomPeer[]> {
    return this.#peers;
  }

  /** Enters, now or as soon as the network is there, and again after every reconnect. */
  join(): void {
    if (this.#status.value !== 'idle') return;
    this.#status.value = 'joining';
    this.#listen();
    const sampling = setInterval(() => void this.#sample(), SAMPLE_MS);
    this.#stops.push(
      this.connection.onOnline(() => void this.#enter()),
      effect(() => this.#followConnection(this.connection.status.value)),
      effect(() => this.#followMedia()),
      () => clearInterval(sampling),
    );
  }

  /** Leaves for good. */
  async leave(reason: 'hang_up' | 'page_closed' = 'hang_up'): Promise<void> {
    if (this.#status.value === 'ended') return;
    const told = this.connection
      .request('room.leave', { consultation_id: this.consultationId, reason })
      .catch(() => undefined);
    this.#end({ reason: 'hung_up' });
    await told;
  }

  #listen(): void {
    const mine = <Payload extends { consultation_id: string }>(handle: (payload: Payload) => void) => {
      return (payload: Payload) => {
        if (payload.consultation_id === this.consultationId) handle(payload);
      };
    };
    const { connection } = this;
    this.#stops.push(
      connection.on(
        'room.peer',
        mine(({ event, participant }) => this.#peerChanged(event, participant)),
      ),
      connection.on(
        'room.signal',
        mine((payload) => this.#signalled(payload)),
      ),
      connection.on(
        'room.chat',
        mine(({ message }) => this.chat.receive(message)),
      ),
      connection.on(
        'room.path',
        mine(({ path_epoch: epoch }) => this.#repath(epoch)),
      ),
      connection.on(
        'room.ended',
        mine(({ reason }) => this.#end({ reason })),
      ),
    );
  }

  async #enter(): Promise<void> {
    if (this.#status.value === 'ended') return;
    const resumed = this.#intact() ? this.#self.value?.connection : undefined;
    const media = this.media.state.peek();
    const request = { consultation_id: this.consultationId, media };
    try {
      const { room } = await this.connection.request(
        'room.join',
        resumed === undefined ? request : { ...request, connection: resumed },
      );
      this.#entered(room, resumed);
      // The camera may have come on while we were being let in.
      if (this.media.state.peek() !== media) this.#tellMedia();
    } catch (error) {
      this.#refused(error);
    }
  }

  #refused(error: unknown): void {
    const code = error instanceof SignalProblem ? error.code : 'internal';
    if (FINAL.has(code)) this.#end({ reason: 'refused', code: code as SignalCode });
    else if (this.connection.status.value === 'online') setTimeout(() => void this.#enter(), RETRY_MS);
  }

  #entered(room: Room, resumed: string | undefined): void {
    if (this.#status.value === 'ended') return;
    const samePaths = room.self.connection === resumed && room.path_epoch === this.#pathEpoch;
    this.#room = room;
    this.#pathEpoch = room.path_epoch;
    this.#self.value = room.self;
    const here = new Set(room.peers.map(({ id }) => id));
    for (const peer of this.#peers.value) {
      if (here.has(peer.participant.value.id)) continue;
      if (samePaths) peer.expect(RETURN_MS, () => this.#drop(peer));
      else this.#drop(peer);
    }
    // Between guests the one that joined later is polite: whoever was here before us.
    for (const participant of room.peers) this.#meet(participant, { later: true, keep: samePaths });
    this.#status.value = 'joined';
    this.chat.begin(room.chat);
    const early = this.#early;
    this.#early = [];
    for (const payload of early) this.#signalled(payload);
  }

  #peerChanged(event: 'joined' | 'left' | 'media', participant: Participant): void {
    const known = this.#find(participant.id);
    if (event === 'left' && known) this.#drop(known);
    if (event === 'media') known?.update(participant);
    if (event === 'joined' && this.#room) this.#meet(participant, { later: false, keep: true });
  }

  /** Makes or keeps the path to somebody; theirs is new when their `connection` is. */
  #meet(participant: Participant, { later, keep }: { later: boolean; keep: boolean }): void {
    const known = this.#find(participant.id);
    const same = keep && known?.participant.value.connection === participant.connection;
    known?.update(participant);
    known?.cameBack();
    if (known && same) {
      // Signals may have been lost: whoever came back looks for the path anew.
      if (later) known.link?.restart();
      else known.link?.resend();
      return;
    }
    const peer = known ?? new RoomPeer(participant);
    peer.connect(this.#makeLink(peer, later));
    if (!known) this.#peers.value = [...this.#peers.value, peer];
  }

  /** Whether every path works, so that it is worth keeping over a new socket. */
  #intact(): boolean {
    return this.#peers.value.every((peer) => peer.link?.state.value === 'connected');
  }

  #makeLink(peer: RoomPeer, later: boolean): PeerLink {
    const participant = peer.participant.value;
    const room = this.#room;
    const toPharmacist = participant.kind === 'pharmacist' || this.#self.value?.kind === 'pharmacist';
    const epoch = this.#pathEpoch;
    return new PeerLink({
      polite: toPharmacist ? (room?.polite ?? true) : later,
      tracks: this.media.tracks.peek(),
      makeConnection: () => this.makeConnection({ iceServers: iceServers(room), bundlePolicy: 'max-bundle' }),
      send: (signal) => this.#send(participant.id, epoch, signal),
      onMismatch: (offer) => {
        const link = this.#makeLink(peer, later);
        peer.connect(link);
        void link.receive(offer);
      },
    });
  }

  #send(to: string, epoch: number, signal: Signal): void {
    const payload = { consultation_id: this.consultationId, to, path_epoch: epoch, signal };
    // Lost with the socket or the peer: both sides negotiate anew when they are back.
    this.connection.request('room.signal', payload).catch(() => undefined);
  }

  #signalled(payload: RoomSignal): void {
    const link = this.#find(payload.from)?.link;
    if (!link || this.#status.value !== 'joined') {
      if (this.#early.length < MAX_EARLY_SIGNALS) this.#early.push(payload);
    } else if (payload.path_epoch === this.#pathEpoch) void link.receive(payload.signal);
  }

  #repath(epoch: number): void {
    if (epoch === this.#pathEpoch) return;
    this.#pathEpoch = epoch;
    for (const peer of this.#peers.value) peer.connect(this.#makeLink(peer, false));
  }

  #followConnection(status: string): void {
    const now = this.#status.peek();
    if (status === 'offline' && now === 'joined') this.#status.value = 'reconnecting';
    if (status === 'closed' && now !== 'ended') this.#end({ reason: 'refused', code: 'session_ended' });
  }

  #followMedia(): void {
    const tracks = this.media.tracks.value;
    void this.media.state.value;
    for (const peer of this.#peers.peek()) for (const slot of SLOTS) peer.link?.setTrack(slot, tracks[slot]);
    this.#tellMedia();
  }

  #tellMedia(): void {
    if (this.#status.peek() !== 'joined') return;
    const payload = { consultation_id: this.consultationId, media: this.media.state.peek() };
    this.connection.request('room.media', payload).catch(() => undefined);
  }

  async #sample(): Promise<void> {
    const nowMs = performance.now();
    const found = await Promise.all(this.#peers.value.map((peer) => peer.sample(nowMs).catch(() => null)));
    const worst = found.filter((quality) => quality !== null).sort((one, two) => one.level - two.level)[0];
    if (!worst || this.#status.value !== 'joined') return;
    const { level, reason, sample } = worst;
    if (level === this.#reported.level && nowMs - this.#reported.atMs < REPORT_MS) return;
    this.#reported = { level, atMs: nowMs };
    const report = { consultation_id: this.consultationId, level, reason, sample };
    this.connection.request('room.quality', report).catch(() => undefined);
  }

  async #store(clientKey: string, text: string) {
    const payload = { consultation_id: this.consultationId, client_key: clientKey, text };
    return (await this.connection.request('room.chat', payload)).message;
  }

  #find(id: string): RoomPeer | undefined {
    return this.#peers.peek().find((peer) => peer.participant.peek().id === id);
  }

  #drop(peer: RoomPeer): void {
    peer.close();
    this.#peers.value = this.#peers.value.filter((other) => other !== peer);
  }

  #end(end: CallEnd): void {
    if (this.#status.peek() === 'ended') return;
    for (const stop of this.#stops.splice(0)) stop();
    for (const peer of this.#peers.peek()) peer.close();
    this.#peers.value = [];
    this.media.stop();
    this.#ended.value = end;
    this.#status.value = 'ended';
  }
}

function iceServers(room: Room | null): RTCIceServer[] {
  return (room?.ice_servers ?? []).map(({ urls, username, credential }) => {
    const server: RTCIceServer = { urls: [...urls] };
    if (username) server.username = username;
    if (credential) server.credential = credential;
    return server;
  });
}
