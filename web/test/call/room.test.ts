import { type Signal, signal } from '@preact/signals';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LocalMedia } from '../../src/call/media';
import { CallRoom } from '../../src/call/room';
import { type Connection, type LinkStatus, SignalProblem } from '../../src/signaling/connection';
import type { Participant, Room } from '../../src/signaling/messages';
import { FakePeerConnection } from './fake-peer-connection';

vi.stubGlobal('MediaStream', class {});

const MEDIA = { audio: true, video: true, screen: false };
const ID = 'consultation';

const someone = (id: string, kind: Participant['kind'], connection: string): Participant => ({
  id,
  kind,
  name: id,
  media: MEDIA,
  connection,
});

const roomWith = (peers: readonly Participant[], own = 'own-1'): Room => ({
  consultation_id: ID,
  path_epoch: 0,
  self: someone('me', 'patient', own),
  polite: true,
  peers: [...peers],
  ice_servers: [],
  chat: [],
});

/** Stands in for the signalling connection: the test says what `room.join` answers and what is pushed. */
class FakeConnection {
  readonly status = signal<LinkStatus>('online');
  readonly requests: [string, Record<string, unknown>][] = [];
  room: Room | SignalProblem = roomWith([]);
  #online: (() => void)[] = [];
  readonly #handlers = new Map<string, (payload: unknown) => void>();

  on(name: string, handle: (payload: never) => void) {
    this.#handlers.set(name, handle as (payload: unknown) => void);
    return () => this.#handlers.delete(name);
  }
  onOnline(run: () => void) {
    this.#online.push(run);
    run();
    return () => {
      this.#online = [];
    };
  }
  onJoin: () => void = () => undefined;
  async request(name: string, payload: Record<string, unknown>) {
    this.requests.push([name, payload]);
    if (name !== 'room.join') return {};
    this.onJoin();
    if (this.room instanceof SignalProblem) throw this.room;
    return { room: this.room };
  }
  push(name: string, payload: object) {
    this.#handlers.get(name)?.({ consultation_id: ID, ...payload });
  }
  reconnect() {
    this.status.value = 'offline';
    this.status.value = 'online';
    for (const run of this.#online) run();
  }
  joins() {
    return this.requests.filter(([name]) => name === 'room.join').map(([, payload]) => payload.connection);
  }
}

let connection: FakeConnection;
let made: FakePeerConnection[];

async function joined(
  peers: readonly Participant[],
  onJoin: (media: Signal<typeof MEDIA>) => void = () => undefined,
): Promise<CallRoom> {
  connection = new FakeConnection();
  connection.room = roomWith(peers);
  const state = signal(MEDIA);
  connection.onJoin = () => onJoin(state);
  made = [];
  const media = {
    tracks: signal({ microphone: null, camera: null, screen: null }),
    state,
    stop: vi.fn(),
  } as unknown as LocalMedia;
  const room = new CallRoom(connection as unknown as Connection, ID, media, () => {
    const peer = new FakePeerConnection();
    made.push(peer);
    return peer as unknown as RTCPeerConnection;
  });
  room.join();
  await vi.advanceTimersByTimeAsync(10);
  return room;
}

const PHARMACIST = someone('pharmacist', 'pharmacist', 'theirs-1');

describe('the room', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test('makes one path to everybody who is there', async () => {
    const room = await joined([PHARMACIST, someone('interpreter', 'guest', 'theirs-2')]);
    expect(room.status.value).toBe('joined');
    expect(made).toHaveLength(2);
  });

  test('tells of a camera that came on while it was being let in', async () => {
    const on = { ...MEDIA, screen: true };
    await joined([PHARMACIST], (media) => {
      media.value = on;
    });
    expect(connection.requests).toContainEqual(['room.media', { consultation_id: ID, media: on }]);
  });

  test('keeps its paths over a lost socket, and looks for them anew', async () => {
    const room = await joined([PHARMACIST]);
    made[0]?.move('connected');
    connection.reconnect();
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.joins()).toEqual([undefined, 'own-1']);
    expect(made).toHaveLength(1);
    expect(room.status.value).toBe('joined');
  });

  test('waits for others who have not come back yet after a restart, then lets them go', async () => {
    const room = await joined([PHARMACIST]);
    made[0]?.move('connected');
    connection.room = roomWith([]);
    connection.reconnect();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(room.peers.value).toHaveLength(1);
    connection.push('room.peer', { event: 'joined', participant: PHARMACIST });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(made.map(({ closed }) => closed)).toEqual([false]);
    connection.reconnect();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(room.peers.value).toHaveLength(0);
    expect(made.map(({ closed }) => closed)).toEqual([true]);
  });

  test('begins anew when its paths are broken', async () => {
    await joined([PHARMACIST]);
    made[0]?.move('failed');
    connection.room = roomWith([PHARMACIST], 'own-2');
    connection.reconnect();
    await vi.advanceTimersByTimeAsync(10);
    expect(connection.joins()).toEqual([undefined, undefined]);
    expect(made).toHaveLength(2);
  });

  test('makes a new path to somebody with a new connection, and keeps the old one until it works', async () => {
    await joined([PHARMACIST]);
    connection.push('room.peer', { event: 'joined', participant: { ...PHARMACIST, connection: 'theirs-9' } });
    expect(made).toHaveLength(2);
    expect(made[0]?.closed).toBe(false);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(made.map(({ closed }) => closed)).toEqual([true, false]);
  });

  test('makes new paths when media goes another way', async () => {
    await joined([PHARMACIST]);
    connection.push('room.path', { path_epoch: 1, path: 'relay' });
    expect(made).toHaveLength(2);
  });

  test('ends with the reason it is told, and lets everything go', async () => {
    const room = await joined([PHARMACIST]);
    connection.push('room.ended', { reason: 'completed' });
    expect(room.ended.value).toEqual({ reason: 'completed' });
    expect(made.every(({ closed }) => closed)).toBe(true);
    expect(room.media.stop).toHaveBeenCalled();
  });

  test('says why it was not let in', async () => {
    const room = await joined([]);
    connection.room = new SignalProblem('consultation_closed');
    connection.reconnect();
    await vi.advanceTimersByTimeAsync(10);
    expect(room.ended.value).toEqual({ reason: 'refused', code: 'consultation_closed' });
  });

  test('ignores what is said of another consultation', async () => {
    const room = await joined([PHARMACIST]);
    connection.push('room.ended', { consultation_id: 'other', reason: 'completed' });
    expect(room.status.value).toBe('joined');
  });

  test('answers an offer that does not fit its path with a new path', async () => {
    await joined([PHARMACIST]);
    const [first] = made;
    if (first) first.setRemoteDescription = () => Promise.reject(new DOMException('', 'InvalidAccessError'));
    const signalled = { description: { type: 'offer', sdp: 'fresh' } };
    connection.push('room.signal', { from: 'pharmacist', path_epoch: 0, signal: signalled });
    await vi.advanceTimersByTimeAsync(100);
    expect(made).toHaveLength(2);
    expect(made[1]?.remoteDescription?.sdp).toBe('fresh');
  });
});
