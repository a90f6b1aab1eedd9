import { expect, test } from 'vitest';
import { canHandOver, canHold, inRoom } from '../../src/staff/consultation/state';

const video = { phone_only: false };
const phone = { phone_only: true };

test('a page is in the room while the call lives, but for a hold, until the pharmacist comes back', () => {
  expect(inRoom({ ...video, state: 'calling' }, false)).toBe(true);
  expect(inRoom({ ...video, state: 'held' }, false)).toBe(false);
  expect(inRoom({ ...video, state: 'held' }, true)).toBe(true);
  expect(inRoom({ ...video, state: 'wrap_up' }, true)).toBe(false);
});

test('somebody on the telephone has no room, and no hold', () => {
  expect(inRoom({ ...phone, state: 'running' }, false)).toBe(false);
  expect(canHold({ ...phone, state: 'running' })).toBe(false);
  expect(canHold({ ...video, state: 'running' })).toBe(true);
});

test('what was not answered yet, or is closed, is not handed over', () => {
  expect(canHandOver('calling')).toBe(false);
  expect(canHandOver('running')).toBe(true);
  expect(canHandOver('wrap_up')).toBe(true);
  expect(canHandOver('closed')).toBe(false);
});
