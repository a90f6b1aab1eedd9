import { expect, test } from 'vitest';
import { backoffMs, reconnectMs } from '../../src/signaling/backoff';

test('the ceiling doubles up to its cap', () => {
  const ceilings = [0, 1, 2, 3, 10, 1_000].map((attempt) => backoffMs(attempt, { random: () => 1 }));
  expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 15_000, 15_000]);
});

test('the whole range below the ceiling is used', () => {
  expect(backoffMs(5, { random: () => 0 })).toBe(0);
  expect(backoffMs(5, { random: () => 0.5 })).toBe(7_500);
});

test('those who wait come back spread over ten seconds, from the first try on', () => {
  for (const attempt of [0, 1, 50]) {
    expect(reconnectMs(attempt, { random: () => 0 })).toBe(0);
    expect(reconnectMs(attempt, { random: () => 0.999 })).toBe(9_990);
  }
});

test('those in a call come back within a second, until it has not helped for a while', () => {
  expect(reconnectMs(0, { inCall: true, random: () => 1 })).toBe(1_000);
  expect(reconnectMs(9, { inCall: true, random: () => 1 })).toBe(1_000);
  expect(reconnectMs(10, { inCall: true, random: () => 1 })).toBe(10_000);
});
