import { describe, expect, test } from 'vitest';
import { judge, measure } from '../../src/call/quality';

const sample = { rtt_ms: 40, loss: 0, jitter_ms: 5, bitrate_kbps: 900 };

describe('the quality of a line', () => {
  test.each([
    [sample, null, 5, 'good'],
    [{ ...sample, loss: 0.04 }, null, 3, 'loss'],
    [{ ...sample, rtt_ms: 300 }, null, 3, 'rtt'],
    [{ ...sample, rtt_ms: 5_000 }, null, 0, 'rtt'],
    [{ ...sample, jitter_ms: 100, loss: 0.02 }, null, 2, 'jitter'],
    [sample, 'cpu', 4, 'cpu'],
    [{ ...sample, rtt_ms: 800 }, 'bandwidth', 1, 'rtt'],
  ] as const)('%j limited by %s is level %i for %s', (measured, limited, level, reason) => {
    expect(judge(measured, limited)).toMatchObject({ level, reason });
  });

  test('nothing measured is not called good', () => {
    const nothing = { rtt_ms: null, loss: null, jitter_ms: null, bitrate_kbps: null };
    expect(judge(nothing).reason).toBe('unknown');
  });

  test('loss and bitrate are of the last second, not of the whole call', () => {
    const report = (received: number, lost: number, bytes: number) =>
      new Map<string, object>([
        [
          'in',
          {
            id: 'in',
            type: 'inbound-rtp',
            packetsReceived: received,
            packetsLost: lost,
            bytesReceived: bytes,
            jitter: 0.012,
          },
        ],
        ['pair', { id: 'pair', type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.08 }],
      ]) as unknown as RTCStatsReport;
    const first = measure(report(1_000, 100, 0), null, 0);
    expect(first.quality.sample.loss).toBeNull();
    const second = measure(report(1_095, 105, 125_000), first.counters, 1_000);
    expect(second.quality.sample).toEqual({ rtt_ms: 80, loss: 0.05, jitter_ms: 12, bitrate_kbps: 1_000 });
  });
});
