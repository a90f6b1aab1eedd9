import { describe, expect, test } from 'vitest';
import type { EventView } from '../../src/api/types';
import { en } from '../../src/i18n/events/en';
import { es } from '../../src/i18n/events/es';
import { detailsOf, inOrder, kindOf, kindsIn, timeOf } from '../../src/staff/compliance/timeline';

function event(index: number, name: string, data: EventView['data'] = {}): EventView {
  return {
    id: `event-${index}`,
    index,
    seq: index,
    time: '2026-03-01T10:00:00.000Z',
    name,
    actor_role: 'system',
    actor_id: null,
    actor_name: 'system',
    consultation_id: null,
    visit_id: null,
    queue_id: null,
    patient_id: null,
    data,
  };
}

describe('kinds', () => {
  test.each([
    ['visit.admitted', 'visit'],
    ['room.screen_share.started', 'room'],
    ['consultation.closed', 'consultation'],
    ['consultation.note.added', 'note'],
    ['consent.given', 'consent'],
    ['consultation.viewed', 'reading'],
    ['tenant.created', 'other'],
    ['visitor.something', 'other'],
  ])('%s is of the kind %s', (name, kind) => {
    expect(kindOf(name)).toBe(kind);
  });

  test('only those that occur are offered, in a fixed order', () => {
    const events = [event(1, 'room.chat.sent'), event(2, 'visit.joined'), event(3, 'audit.searched')];
    expect(kindsIn(events)).toEqual(['visit', 'room', 'reading']);
  });
});

test('entries stand in the order of the log', () => {
  const events = [event(9, 'b'), event(2, 'a'), event(11, 'c')];
  expect(inOrder(events).map(({ index }) => index)).toEqual([2, 9, 11]);
});

test('details leave nothing out: lists, nothing and no are written', () => {
  const shown = detailsOf(event(1, 'x', { visit_ids: ['a', 'b'], outcome: null, again: false, level: 0 }));
  expect(shown).toEqual([
    { name: 'visit ids', value: 'a, b' },
    { name: 'outcome', value: '–' },
    { name: 'again', value: 'false' },
    { name: 'level', value: '0' },
  ]);
});

test('UTC is shown exactly as it was recorded', () => {
  expect(timeOf('2026-03-01T10:00:00.123Z', 'en', true)).toBe('2026-03-01 10:00:00.123 UTC');
});

test('every event has its words in both languages', () => {
  expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
});
