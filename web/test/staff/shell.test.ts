import { describe, expect, test } from 'vitest';
import { Activity } from '../../src/staff/shell/activity';
import { initials } from '../../src/staff/shell/frame';
import { IDLE_LIMIT_MS, idleState, WARNING_MS } from '../../src/staff/shell/idle';
import { chord } from '../../src/staff/shell/shortcuts';

describe('idle', () => {
  test('warns for the last two minutes, then is over', () => {
    expect(idleState(0, IDLE_LIMIT_MS - WARNING_MS - 1)).toEqual({ kind: 'active' });
    expect(idleState(0, IDLE_LIMIT_MS - WARNING_MS)).toEqual({ kind: 'warning', secondsLeft: 120 });
    expect(idleState(0, IDLE_LIMIT_MS - 1)).toEqual({ kind: 'warning', secondsLeft: 1 });
    expect(idleState(0, IDLE_LIMIT_MS)).toEqual({ kind: 'over' });
  });

  test('a touch begins anew, and a call is activity until it ends', () => {
    let now = 0;
    const activity = new Activity(() => now);
    now = 60_000;
    expect(activity.quietS).toBe(60);
    activity.touch();
    expect(activity.quietS).toBe(0);
    const ended = activity.hold();
    now = 3_600_000;
    expect(activity.quietS).toBe(0);
    ended();
    now += 5_000;
    expect(activity.quietS).toBe(5);
  });
});

describe('keys', () => {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

  test('are named alike on every keyboard', () => {
    expect(chord({ ...none, key: 'A' })).toBe('a');
    expect(chord({ ...none, key: '?', shiftKey: true })).toBe('?');
    expect(chord({ ...none, key: 'Enter', ctrlKey: true })).toBe('Ctrl+Enter');
    expect(chord({ ...none, key: 'Enter', metaKey: true })).toBe('Ctrl+Enter');
    expect(chord({ ...none, key: 'F', ctrlKey: true, shiftKey: true })).toBe('Ctrl+Shift+f');
  });

  test('with Alt are another key than without', () => {
    expect(chord({ ...none, key: 'a', altKey: true })).toBe('Alt+a');
  });
});

test('initials leave titles and lone particles out', () => {
  expect(initials('Dr. Ines Vidal')).toBe('IV');
  expect(initials('Tom')).toBe('T');
  expect(initials('')).toBe('');
});
