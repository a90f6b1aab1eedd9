import { expect, test } from 'vitest';
import { en } from '../../src/i18n/staff/en';
import { whyNext } from '../../src/staff/counter/why';
import { queue, visitor } from './people';

function why(line: Parameters<typeof queue>[0]): string {
  const next = line.find((one) => one.is_next);
  if (next === undefined) throw new Error('nobody is next');
  return whyNext(queue(line), next, 'en', en.why);
}

test('the first in the line is next because they are first', () => {
  expect(why([visitor('a', { is_next: true }), visitor('b', { place: 2 })])).toBe('First in the line.');
});

test('everybody who is passed over is counted, with what keeps them', () => {
  const line = [
    visitor('a', { state: 'away' }),
    visitor('b', { state: 'checking' }),
    visitor('c', { state: 'away' }),
    visitor('d', { matches: false }),
    visitor('e', { place: 5, is_next: true }),
    visitor('f', { state: 'away' }),
  ];
  expect(why(line)).toBe(
    'The first who is ready for you. ' +
      'Passed over, places kept: 2 away, 1 checking their device, 1 who needs a colleague.',
  );
});

test('urgent is told with its reason, which a technician does not see', () => {
  const urgent = { is_next: true, priority_class: 'urgent' } as const;
  expect(why([visitor('a', { ...urgent, urgent_reason: 'In pain' })])).toBe('Marked urgent: In pain.');
  expect(why([visitor('a', urgent)])).toBe('Marked urgent.');
});

test('one who did not answer stands at the front again', () => {
  expect(why([visitor('a', { is_next: true, calls: 1 })])).toBe(en.why.calledBefore);
});

test('an appointment is told with its time', () => {
  const appointment = { is_next: true, priority_class: 'scheduled' } as const;
  expect(why([visitor('a', appointment)])).toBe('Has an appointment now.');
  const words = why([visitor('a', { ...appointment, appointment_at: '2026-03-01T10:30:00Z' })]);
  expect(words).toMatch(/^Has an appointment at \d\d:30\.$/);
});
