import { beforeEach, describe, expect, test, vi } from 'vitest';
import { address, WebSocketWire } from '../../src/signaling/wire';

/** Stands in for the browser's WebSocket: the test plays the server. */
class FakeSocket {
  readyState = 1;
  sent: string[] = [];
  closed = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  send(text: string) {
    this.sent.push(text);
  }
  close() {
    this.closed = true;
  }
  says(...frames: string[]) {
    for (const data of frames) this.onmessage?.({ data });
  }
}

const GREETING = '0{"sid":"a","upgrades":[],"pingInterval":15000,"pingTimeout":10000}';
const sockets: FakeSocket[] = [];
let heard: [string, unknown][] = [];

function wireTo(authorise = (give: (payload: object) => void) => give({ token: 'secret' })): WebSocketWire {
  const wire = new WebSocketWire(authorise, () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
  for (const name of ['connect', 'disconnect', 'connect_error', 'visit.changed'])
    wire.on(name, (value) => heard.push([name, value]));
  wire.connect();
  return wire;
}

function connected(): { wire: WebSocketWire; socket: FakeSocket } {
  const wire = wireTo();
  const socket = sockets.at(-1) as FakeSocket;
  socket.says(GREETING, '40{"sid":"b"}');
  return { wire, socket };
}

describe('the socket', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    sockets.length = 0;
    heard = [];
  });

  test('sends its token after the greeting, and is connected when the server says so', () => {
    const wire = wireTo();
    sockets[0]?.says(GREETING);
    expect(sockets[0]?.sent).toEqual(['40{"token":"secret"}']);
    expect(wire.connected).toBe(false);
    sockets[0]?.says('40{"sid":"b"}');
    expect(wire.connected).toBe(true);
    expect(heard).toEqual([['connect', undefined]]);
  });

  test('matches answers to questions by their number', async () => {
    const { wire, socket } = connected();
    const first = wire.timeout(1_000).emitWithAck('visit.watch', { visit_id: 'v' });
    const second = wire.timeout(1_000).emitWithAck('room.chat', { text: 'a\n"b"' });
    expect(socket.sent.slice(1)).toEqual([
      '421["visit.watch",{"visit_id":"v"}]',
      '422["room.chat",{"text":"a\\n\\"b\\""}]',
    ]);
    socket.says('432[{"ok":2}]', '431[{"ok":1}]');
    expect(await Promise.all([first, second])).toEqual([{ ok: 1 }, { ok: 2 }]);
  });

  test('gives a question up when no answer comes, or the socket goes', async () => {
    const { wire, socket } = connected();
    const late = wire.timeout(1_000).emitWithAck('visit.watch', {});
    vi.advanceTimersByTime(1_000);
    await expect(late).rejects.toThrow('no answer');
    const cut = wire.timeout(1_000).emitWithAck('visit.watch', {});
    socket.onclose?.();
    await expect(cut).rejects.toThrow('gone');
  });

  test('hands pushes on, also those with line separators in them', () => {
    const { socket } = connected();
    socket.says('42["visit.changed",{"text":"a\u2028b"}]');
    expect(heard.at(-1)).toEqual(['visit.changed', { text: 'a\u2028b' }]);
  });

  test('acknowledges what has a number, and nothing else', () => {
    const { socket } = connected();
    socket.says('42["visit.changed",{}]');
    expect(socket.sent).toHaveLength(1);
    socket.says('427["visit.changed",{}]');
    expect(socket.sent.at(-1)).toBe('437[]');
    expect(heard).toHaveLength(3);
  });

  test('answers pings, and ends a socket on which none comes', () => {
    const { wire, socket } = connected();
    vi.advanceTimersByTime(24_999);
    socket.says('2');
    expect(socket.sent.at(-1)).toBe('3');
    vi.advanceTimersByTime(24_999);
    expect(wire.connected).toBe(true);
    vi.advanceTimersByTime(1);
    expect(heard.at(-1)).toEqual(['disconnect', 'ping timeout']);
    expect(socket.closed).toBe(true);
  });

  test('tells why the server refused it', () => {
    const wire = wireTo();
    sockets[0]?.says(GREETING, '44{"message":"no","data":{"code":"token_expired"}}');
    const [name, error] = heard.at(-1) ?? [];
    expect(name).toBe('connect_error');
    expect(error).toMatchObject({ message: 'no', data: { code: 'token_expired' } });
    expect(wire.connected).toBe(false);
  });

  test('hears nothing more from a socket it has left', () => {
    const { wire, socket } = connected();
    wire.disconnect();
    wire.connect();
    socket.says('42["visit.changed",{}]');
    socket.onclose?.();
    expect(heard).toEqual([['connect', undefined]]);
    expect(sockets).toHaveLength(2);
  });

  test('gives up on a server that never greets', () => {
    wireTo();
    vi.advanceTimersByTime(20_000);
    expect(heard.map(([name]) => name)).toEqual(['connect_error']);
  });

  test('gives no token to a socket that came after the one it was asked for', () => {
    let give: (payload: object) => void = () => undefined;
    const wire = wireTo((later) => {
      give = later;
    });
    sockets[0]?.says(GREETING);
    const first = give;
    sockets[0]?.onclose?.();
    wire.connect();
    first({ token: 'old' });
    expect(sockets.flatMap((socket) => socket.sent)).toEqual([]);
  });

  test('ends when what comes is no JSON', () => {
    const { socket } = connected();
    socket.says('42["visit.ch');
    expect(heard.at(-1)).toEqual(['disconnect', 'parse error']);
  });
});

test('the socket goes where the page came from', () => {
  expect(address({ protocol: 'https:', host: 'a.example' })).toMatch(/^wss:\/\/a\.example\/socket\.io\//);
  expect(address({ protocol: 'http:', host: 'localhost:80' })).toMatch(/^ws:\/\/localhost:80\//);
});
