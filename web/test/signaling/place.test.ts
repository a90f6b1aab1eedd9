import { describe, expect, test } from 'vitest';
import type { VisitView } from '../../src/api/types';
import type { QueueTick } from '../../src/signaling/messages';
import { afterTick, newer, placeAfter, waitAt } from '../../src/signaling/place';

const visit = {
  id: 'v',
  version: 3,
  queue_id: 'q',
  queue_version: 10,
  queue_state: 'open',
  pause_message: null,
  state: 'waiting',
  place: 5,
  wait: { kind: 'range', from_minutes: 8, to_minutes: 15 },
  message: null,
  kept: null,
} as unknown as VisitView;

const curve: QueueTick['wait'] = {
  kind: 'curve',
  points: [
    [1, 0, 2],
    [2, 2, 5],
    [4, 6, 10],
    [8, 15, 31],
  ],
};

function tick(over: Partial<QueueTick>): QueueTick {
  return {
    queue_id: 'q',
    from_version: 10,
    to_version: 11,
    ops: [],
    state: 'open',
    pause_message: null,
    wait: curve,
    ...over,
  };
}

describe('the place after ops', () => {
  test('grows when somebody is put before, and shrinks when somebody before leaves', () => {
    expect(placeAfter(5, [[0, 1]])).toBe(6);
    expect(placeAfter(5, [[4, 1]])).toBe(6);
    expect(placeAfter(5, [[5, 1]])).toBe(5);
    expect(placeAfter(5, [[3, -1]])).toBe(4);
    expect(placeAfter(5, [[5, -1]])).toBe(5);
  });

  test('is that of everybody in a line, whatever happens to it', () => {
    const line = Array.from({ length: 12 }, (_, person) => person);
    const ops: [number, 1 | -1][] = [];
    let seed = 7;
    for (let n = 0; n < 40; n += 1) {
      seed = (seed * 16807) % 2147483647;
      const rank = seed % (line.length + 1);
      if (seed % 3 && line.length > 6) {
        if (rank === line.length || (line[rank] ?? -1) === 11) continue;
        line.splice(rank, 1);
        ops.push([rank, -1]);
      } else {
        line.splice(rank, 0, 100 + n);
        ops.push([rank, 1]);
      }
    }
    expect(placeAfter(12, ops)).toBe(line.indexOf(11) + 1);
  });
});

describe('a tick', () => {
  test('moves the visit, its wait and its queue together', () => {
    const next = afterTick(visit, tick({ ops: [[0, -1]], state: 'paused', pause_message: 'Back at ten.' }));
    expect(next).toMatchObject({
      place: 4,
      queue_version: 11,
      queue_state: 'paused',
      pause_message: 'Back at ten.',
      wait: { kind: 'range', from_minutes: 6, to_minutes: 10 },
    });
  });

  test('that is old, or of another queue, changes nothing', () => {
    expect(afterTick(visit, tick({ from_version: 5, to_version: 9, ops: [[0, -1]] }))).toBe(visit);
    expect(afterTick(visit, tick({ queue_id: 'other', ops: [[0, -1]] }))).toBe(visit);
  });

  test('up to the version that is known brings the wait, and no steps twice', () => {
    const next = afterTick(visit, tick({ from_version: 8, to_version: 10, ops: [[0, -1]] }));
    expect(next).toMatchObject({ place: 5, wait: { from_minutes: 8, to_minutes: 16 } });
  });

  test('after a gap, or from before what is known, says that something was missed', () => {
    expect(afterTick(visit, tick({ from_version: 11, to_version: 12 }))).toBe('missed');
    expect(afterTick(visit, tick({ from_version: 9, to_version: 12 }))).toBe('missed');
  });

  test('leaves a visit without a place without one', () => {
    const called = { ...visit, place: null, wait: null };
    expect(afterTick(called, tick({ ops: [[0, -1]] }))).toMatchObject({ place: null, wait: null });
  });

  test('that takes the visit itself away leaves the place to the visit’s own news', () => {
    expect(afterTick(visit, tick({ ops: [[4, -1]] }))).toMatchObject({ place: 5, queue_version: 11 });
  });
});

describe('a view that is told', () => {
  test('keeps the newer line of the two', () => {
    const told = { ...visit, version: 4, message: 'Soon.', queue_version: 9, place: 7 } as VisitView;
    expect(newer(visit, told)).toMatchObject({ message: 'Soon.', place: 5, queue_version: 10 });
    expect(newer(visit, { ...told, queue_version: 12 })).toMatchObject({ place: 7, queue_version: 12 });
  });

  test('of an older version of the visit is not taken', () => {
    expect(newer(visit, { ...visit, version: 2, queue_version: 99 })).toBe(visit);
  });

  test('off the line has no place, however old its line is', () => {
    const called = { ...visit, version: 4, place: null, wait: null, queue_version: 9 } as VisitView;
    expect(newer(visit, called)).toMatchObject({ place: null, queue_version: 10 });
  });
});

describe('the wait at a place', () => {
  test('is read off the curve, rounded outward', () => {
    expect(waitAt(curve, 1)).toEqual({ kind: 'range', from_minutes: 0, to_minutes: 2 });
    expect(waitAt(curve, 3)).toEqual({ kind: 'range', from_minutes: 4, to_minutes: 8 });
    expect(waitAt(curve, 6)).toEqual({ kind: 'range', from_minutes: 10, to_minutes: 21 });
  });

  test('beyond the curve, or without one, is not known', () => {
    expect(waitAt(curve, 9)).toEqual({ kind: 'unknown', reason: 'nobody_on_duty' });
    expect(waitAt({ kind: 'unknown', reason: 'paused' }, 1)).toEqual({ kind: 'unknown', reason: 'paused' });
  });
});
