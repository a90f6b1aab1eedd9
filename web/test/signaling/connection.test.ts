import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Connection, SignalProblem } from '../../src/signaling/connection';

type Handler = (value?: unknown) => void;

/** Stands in for the socket: the test plays the server. */
class FakeWire {
  connected = false;
  connects = 0;
  inCall = false;
  answer: () => Promise<unknown> = async () => ({ ok: {} });
  sent: unknown[] = [];
  readonly #handlers = new Map<string, Set<Handler>>();

  on(name: string, handle: Handler) {
    this.#handlers.set(name, (this.#handlers.get(name) ?? new Set()).add(handle));
    return this;
  }
  off(name: string, handle: Handler) {
    this.#handlers.get(name)?.delete(handle);
    return this;
  }
  connect(inCall = false) {
    this.connects += 1;
    this.inCall = inCall;
    return this;
  }
  disconnect() {
    this.connected = false;
    return this;
  }
  timeout() {
    return {
      emitWithAck: (...message: unknown[]) => {
        this.sent.push(message);
        return this.answer();
      },
    };
  }
  fire(name: string, value?: unknown) {
    if (name === 'connect') this.connected = true;
    if (name === 'disconnect') this.connected = false;
    for (const handle of this.#handlers.get(name) ?? []) handle(value);
  }
}

let wire: FakeWire;
let authorise: (give: (payload: object) => void) => void;
const tokens = { token: vi.fn(async () => 'held'), refresh: vi.fn(async () => ({ access_token: 'fresh' })) };

function connect(): Connection {
  wire = new FakeWire();
  const connection = new Connection(
    tokens,
    (auth) => {
      authorise = auth;
      return wire;
    },
    () => 1,
  );
  return connection.open();
}

const refusal = (code: string) => Object.assign(new Error(code), { data: { code } });

describe('the signalling connection', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
  });

  test('asks again for everything after each connect', () => {
    const connection = connect();
    const watch = vi.fn();
    connection.onOnline(watch);
    expect(watch).not.toHaveBeenCalled();
    wire.fire('connect');
    wire.fire('disconnect');
    expect(connection.status.value).toBe('offline');
    vi.advanceTimersByTime(9_999);
    expect(wire.connects).toBe(1);
    vi.advanceTimersByTime(1);
    expect(wire.connects).toBe(2);
    wire.fire('connect');
    expect(watch).toHaveBeenCalledTimes(2);
  });

  test('runs a late listener at once when online, and never after it stopped', () => {
    const connection = connect();
    wire.fire('connect');
    const watch = vi.fn();
    const stop = connection.onOnline(watch);
    stop();
    wire.fire('connect');
    expect(watch).toHaveBeenCalledTimes(1);
  });

  test('sends its token, and a new one after the old was refused', async () => {
    connect();
    const given = vi.fn();
    authorise(given);
    await vi.waitFor(() => expect(given).toHaveBeenCalledWith({ token: 'held', protocol: 1 }));
    wire.fire('connect_error', refusal('token_expired'));
    authorise(given);
    await vi.waitFor(() => expect(given).toHaveBeenLastCalledWith({ token: 'fresh', protocol: 1 }));
  });

  test('ends with its session', () => {
    const connection = connect();
    wire.fire('connect_error', refusal('session_ended'));
    vi.advanceTimersByTime(60_000);
    expect(connection.status.value).toBe('closed');
    expect(wire.connects).toBe(1);
  });

  test('comes back within a second while in a call, and says that it is in one', async () => {
    const connection = connect();
    wire.fire('connect');
    await connection.request('room.join', {
      consultation_id: 'c',
      media: { audio: true, video: true, screen: false },
    });
    wire.fire('disconnect');
    vi.advanceTimersByTime(1_000);
    expect(wire.connects).toBe(2);
    expect(wire.inCall).toBe(true);
    wire.fire('connect');
    wire.fire('room.ended', { consultation_id: 'c', reason: 'completed' });
    wire.fire('disconnect');
    vi.advanceTimersByTime(9_999);
    expect(wire.connects).toBe(2);
    vi.advanceTimersByTime(1);
    expect(wire.connects).toBe(3);
    expect(wire.inCall).toBe(false);
  });

  test('comes again when a crowded server says so, not before', () => {
    connect();
    wire.fire(
      'connect_error',
      Object.assign(new Error(''), { data: { code: 'overloaded', retry_after_s: 20 } }),
    );
    vi.advanceTimersByTime(20_999);
    expect(wire.connects).toBe(1);
    vi.advanceTimersByTime(1);
    expect(wire.connects).toBe(2);
  });

  test('tells a refusal by its code', async () => {
    const connection = connect();
    wire.fire('connect');
    wire.answer = async () => ({ error: { code: 'forbidden' } });
    const asked = connection.request('visit.watch', { visit_id: 'v' });
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' });
    wire.answer = () => Promise.reject(new Error('timeout'));
    await expect(connection.request('visit.watch', { visit_id: 'v' })).rejects.toMatchObject({
      code: 'no_answer',
    });
  });

  test('refuses to ask while offline', async () => {
    const asked = connect().request('visit.watch', { visit_id: 'v' });
    await expect(asked).rejects.toBeInstanceOf(SignalProblem);
  });

  test('renews its token when the server says that it ends', async () => {
    connect();
    wire.fire('connect');
    wire.fire('session.expiring', { expires_at: '' });
    await vi.waitFor(() => expect(wire.sent).toEqual([['auth.refresh', { token: 'fresh' }]]));
  });
});
