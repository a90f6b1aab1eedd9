import { expect, test } from 'vitest';
import { backoffMs } from '../../src/signaling/backoff';

test('the ceiling doubles up to its cap', () => {
  const ceilings = [0, 1, 2, 3, 10, 1_000].map((attempt) => backoffMs(attempt, { random: () => 1 }));
  expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 15_000, 15_000]);
});

test('the whole range below the ceiling is used', () => {
  expect(backoffMs(5, { random: () => 0 })).toBe(0);
  expect(backoffMs(5, { random: () => 0.5 })).toBe(7_500);
});
