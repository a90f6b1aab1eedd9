import { expect, test } from 'vitest';
import { backAt, isBreakOver, nextTime } from '../../src/staff/floor/duty';

const NOON = new Date(2026, 2, 1, 12, 0, 0).getTime();

test('a break ends so many minutes from now', () => {
  expect(Date.parse(backAt(20, NOON)) - NOON).toBe(20 * 60_000);
});

test('a shift ends today, or tomorrow if that time has passed', () => {
  expect(nextTime('18:30', NOON)).toBe(new Date(2026, 2, 1, 18, 30).toISOString());
  expect(nextTime('06:00', NOON)).toBe(new Date(2026, 2, 2, 6, 0).toISOString());
});

test.each(['', 'soon', '18'])('%j is no time of day', (time) => {
  expect(nextTime(time, NOON)).toBeNull();
});

test('only a break that has an end can be over', () => {
  const back = new Date(NOON).toISOString();
  expect(isBreakOver({ state: 'break', back_at: back }, NOON - 1)).toBe(false);
  expect(isBreakOver({ state: 'break', back_at: back }, NOON)).toBe(true);
  expect(isBreakOver({ state: 'break', back_at: null }, NOON)).toBe(false);
  expect(isBreakOver({ state: 'on', back_at: back }, NOON)).toBe(false);
});
