import { expect, test } from 'vitest';
import { judgeNetwork } from '../../src/patient/network-check';

test.each([
  [{ roundTripMs: 40, kilobitsPerSecond: 8_000 }, 'good'],
  [{ roundTripMs: 40, kilobitsPerSecond: 300 }, 'audio_recommended'],
  [{ roundTripMs: 900, kilobitsPerSecond: 8_000 }, 'audio_recommended'],
  [{ roundTripMs: 40, kilobitsPerSecond: 30 }, 'call_us'],
  [{ roundTripMs: 3_000, kilobitsPerSecond: 8_000 }, 'call_us'],
  [null, 'call_us'],
] as const)('%j is %s', (sample, verdict) => {
  expect(judgeNetwork(sample)).toBe(verdict);
});
