import { expect, test } from 'vitest';
import { cameNear } from '../../src/patient/turn';

test('a patient hears of it when two are left before them, and when they are next', () => {
  expect([cameNear(4, 3), cameNear(9, 2), cameNear(3, 1), cameNear(2, 1)]).toEqual([true, true, true, true]);
});

test('a patient is left in peace by every other step, forward or back', () => {
  expect([cameNear(9, 8), cameNear(3, 2), cameNear(1, 2), cameNear(2, 4), cameNear(3, 3)]).toEqual(
    Array(5).fill(false),
  );
});

test('the first place that a page shows is no change', () => {
  expect([cameNear(null, 1), cameNear(2, null)]).toEqual([false, false]);
});
