import { expect, test } from 'vitest';
import type { QueueSummary } from '../../src/api/types';
import { en } from '../../src/i18n/staff/en';
import { servedOf, transferTargets } from '../../src/staff/counter/queues';

const queue = (id: string, changes: Partial<QueueSummary> = {}): QueueSummary => ({
  id,
  name: id.toUpperCase(),
  version: 1,
  serves: true,
  state: 'open',
  pause_message: null,
  waiting: 2,
  called: 0,
  in_consultation: 0,
  worse: 0,
  worse_at: null,
  longest_since: null,
  newest_since: null,
  wait_alert_s: 900,
  ...changes,
});
const ALL = [queue('a'), queue('b', { serves: false }), queue('c', { serves: false, state: 'paused' })];

test('the counter shows the queues that are served', () => {
  expect(servedOf(ALL, []).map(({ id }) => id)).toEqual(['a']);
});

test('until the list is there, the counter shows what signing in told', () => {
  expect(servedOf(undefined, [{ id: 'a', name: 'A' }])).toEqual([{ id: 'a', name: 'A' }]);
});

test('a visit can go to every other queue, served or not', () => {
  expect(transferTargets(ALL, 'a', en.queue)).toEqual([
    { value: 'b', label: 'B', hint: '2 waiting' },
    { value: 'c', label: 'C', hint: 'Paused · 2 waiting' },
  ]);
});
