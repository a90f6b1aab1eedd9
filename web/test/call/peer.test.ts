import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PeerLink } from '../../src/call/peer';
import { FakePeerConnection, Line } from './fake-peer-connection';

const NO_TRACKS = { microphone: null, camera: null, screen: null };

vi.stubGlobal('MediaStream', class {});

function pair(line: Line) {
  const made: FakePeerConnection[] = [];
  const make = (polite: boolean, other: () => PeerLink): PeerLink =>
    new PeerLink({
      polite,
      tracks: NO_TRACKS,
      send: (signal) => line.send(other, signal),
      makeConnection: () => {
        const connection = new FakePeerConnection();
        made.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
    });
  const polite: PeerLink = make(true, () => impolite);
  const impolite: PeerLink = make(false, () => polite);
  const [politeSide, impoliteSide] = made as [FakePeerConnection, FakePeerConnection];
  return { polite, impolite, politeSide, impoliteSide };
}

describe('perfect negotiation', () => {
  let line: Line;
  beforeEach(() => {
    line = new Line();
  });

  test('the polite side lets the other offer first', async () => {
    const { politeSide, impoliteSide } = pair(line);
    await line.settle();
    expect([politeSide.signalingState, impoliteSide.signalingState]).toEqual(['stable', 'stable']);
    expect([politeSide.rollbacks, impoliteSide.rollbacks]).toEqual([0, 0]);
  });

  test('the polite side offers by itself when the other does not', async () => {
    vi.useFakeTimers();
    line.cut = true;
    const { politeSide } = pair(line);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(politeSide.signalingState).toBe('have-local-offer');
    vi.useRealTimers();
  });

  test('both sides offering at once come to rest, and only the polite one gives way', async () => {
    vi.useFakeTimers();
    line.cut = true;
    const { impolite, politeSide, impoliteSide } = pair(line);
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    line.cut = false;
    impolite.resend();
    await line.settle();
    expect([politeSide.signalingState, impoliteSide.signalingState]).toEqual(['stable', 'stable']);
    expect(politeSide.rollbacks).toBe(1);
    expect(impoliteSide.rollbacks).toBe(0);
    // Each side's own one-way slots need an offer of their own.
    const offers = line.delivered.filter(
      (signal) => 'description' in signal && signal.description.type === 'offer',
    );
    expect(offers.length).toBeGreaterThanOrEqual(2);
  });

  test('every slot is one-way, in the same order on both sides', async () => {
    const { politeSide, impoliteSide } = pair(line);
    for (const side of [politeSide, impoliteSide]) {
      expect(side.transceivers.map(({ direction }) => direction)).toEqual([
        'sendonly',
        'sendonly',
        'sendonly',
      ]);
    }
    await line.settle();
  });

  test('an offer that was lost is sent again, and answered', async () => {
    line.cut = true;
    const { impolite, politeSide, impoliteSide } = pair(line);
    await line.settle();
    expect(impoliteSide.signalingState).toBe('have-local-offer');
    line.cut = false;
    expect(impolite.resend()).toBe(true);
    await line.settle();
    expect([politeSide.signalingState, impoliteSide.signalingState]).toEqual(['stable', 'stable']);
    expect(impolite.resend()).toBe(false);
  });

  test('a failed path is looked for anew at once', async () => {
    const { impoliteSide } = pair(line);
    await line.settle();
    impoliteSide.move('failed');
    await line.settle();
    expect(impoliteSide.restarts).toBe(1);
    expect(impoliteSide.signalingState).toBe('stable');
  });

  test('a disconnected path gets a moment to heal by itself', async () => {
    const { impoliteSide } = pair(line);
    await line.settle();
    vi.useFakeTimers();
    impoliteSide.move('disconnected');
    vi.advanceTimersByTime(1_000);
    impoliteSide.move('connected');
    vi.advanceTimersByTime(10_000);
    expect(impoliteSide.restarts).toBe(0);
    impoliteSide.move('disconnected');
    vi.advanceTimersByTime(3_000);
    expect(impoliteSide.restarts).toBe(1);
    vi.useRealTimers();
  });

  test('an answer from a state that has passed changes nothing', async () => {
    const { polite, politeSide } = pair(line);
    await line.settle();
    await polite.receive({ description: { type: 'answer', sdp: 'late' } });
    expect(politeSide.signalingState).toBe('stable');
  });

  test('a closed link sends nothing more', async () => {
    const { polite, politeSide } = pair(line);
    await line.settle();
    const before = line.delivered.length;
    polite.close();
    polite.restart();
    politeSide.move('failed');
    await line.settle();
    expect(line.delivered.length).toBe(before);
    expect(polite.state.value).toBe('closed');
  });
});
