import { expect, test } from 'vitest';
import { Drafts } from '../../src/staff/consultation/drafts';
import { hasLeft, isLive, isOpen, minutesTaken } from '../../src/staff/consultation/state';

test('drafts are kept apart, and an emptied one is none', () => {
  const drafts = new Drafts();
  drafts.keep('one', 'Advised rest');
  drafts.keep('two', '  ');
  expect(drafts.read('one')).toBe('Advised rest');
  expect(drafts.read('three')).toBe('');
  expect(drafts.any).toBe(true);
  drafts.keep('one', '');
  expect(drafts.any).toBe(false);
});

test('a draft keeps its key while its words change', () => {
  const drafts = new Drafts();
  drafts.keep('one', 'Advised');
  const key = drafts.toSend('one')?.key;
  drafts.keep('one', '');
  drafts.keep('one', 'Advised rest');
  expect(drafts.toSend('one')).toEqual({ text: 'Advised rest', key });
});

test('a consultation is live, then open for writing, then over', () => {
  expect(isLive('held')).toBe(true);
  expect(isLive('wrap_up')).toBe(false);
  expect(isOpen('wrap_up')).toBe(true);
  expect(hasLeft('unanswered')).toBe(true);
});

test('the duration counts from the answer, or from the call when nobody answered', () => {
  const view = { created_at: '2026-03-01T10:00:00Z', running_at: '2026-03-01T10:02:00Z', closed_at: null };
  expect(minutesTaken(view)).toBeNull();
  expect(minutesTaken({ ...view, closed_at: '2026-03-01T10:09:00Z' })).toBe(7);
  expect(minutesTaken({ ...view, running_at: null, closed_at: '2026-03-01T10:09:00Z' })).toBe(9);
});
